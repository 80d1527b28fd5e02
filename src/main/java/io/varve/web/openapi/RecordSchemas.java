package io.varve.web.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads from our records what must be there: a component is required unless it is
 * {@code @Nullable}. A nullable one is left out when it is null; in a record that says to write
 * every component, it is there, and may be null.
 */
final class RecordSchemas implements ModelConverter {
  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    Schema<?> resolved = chain.next().resolve(type, context, chain);
    Class<?> raw = Json.mapper().constructType(type.getType()).getRawClass();
    if (resolved != null && raw.isRecord()) {
      Schema<?> model =
          resolved.get$ref() == null ? resolved : context.getDefinedModels().get(name(resolved));
      if (model != null && model.getProperties() != null) {
        complete(model, raw);
      }
    }
    return resolved;
  }

  private static String name(Schema<?> reference) {
    String path = reference.get$ref();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void complete(Schema<?> model, Class<?> type) {
    boolean writesNull =
        type.isAnnotationPresent(JsonInclude.class)
            && type.getAnnotation(JsonInclude.class).value() == JsonInclude.Include.ALWAYS;
    Set<String> required = new TreeSet<>();
    if (model.getRequired() != null) {
      required.addAll(model.getRequired());
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() == Duration.class) {
        model.getProperties().computeIfPresent(component.getName(), (_, d) -> isoDuration(d));
      }
      boolean isNullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (!isNullable || writesNull) {
        required.add(component.getName());
      }
      if (isNullable && writesNull) {
        model.getProperties().computeIfPresent(component.getName(), (_, schema) -> orNull(schema));
      }
    }
    model.setRequired(model.getProperties().keySet().stream().filter(required::contains).toList());
  }

  /** The format of this name has no fractions of a second, which ISO 8601 and we have. */
  private static Schema<?> isoDuration(Schema<?> duration) {
    duration.setFormat(null);
    duration.setPattern("^PT[0-9.HMS]+$");
    return duration;
  }

  private static Schema<?> orNull(Schema<?> schema) {
    if (schema.getAnyOf() != null) {
      return schema;
    }
    Schema<?> either = new JsonSchema().description(schema.getDescription());
    schema.setDescription(null);
    either.setAnyOf(List.of(schema, new JsonSchema().types(Set.of("null"))));
    return either;
  }
}
