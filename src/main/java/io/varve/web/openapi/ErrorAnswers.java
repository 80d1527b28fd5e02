package io.varve.web.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.varve.model.ErrorCode;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.web.method.HandlerMethod;

/** Gives every operation the answers that its {@link Errors} name, one for each status. */
final class ErrorAnswers implements OperationCustomizer {
  static final String PROBLEM_JSON = "application/problem+json";

  private static final String PROBLEM = "#/components/schemas/Problem";

  /** What every operation may end in. */
  static final Set<ErrorCode> COMMON =
      Set.copyOf(
          EnumSet.of(
              ErrorCode.MALFORMED_REQUEST,
              ErrorCode.UNAUTHENTICATED,
              ErrorCode.FORBIDDEN,
              ErrorCode.NOT_ACCEPTABLE,
              ErrorCode.TOO_MANY_REQUESTS,
              ErrorCode.INTERNAL_ERROR,
              ErrorCode.STORAGE_CORRUPTED,
              ErrorCode.STORAGE_IO,
              ErrorCode.STORE_UNAVAILABLE,
              ErrorCode.SHUTTING_DOWN));

  private final ProblemCatalog problems;

  ErrorAnswers(ProblemCatalog problems) {
    this.problems = problems;
  }

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    byStatus(codes(handler.getMethod()))
        .forEach(
            (status, codes) ->
                operation.getResponses().addApiResponse(Integer.toString(status), answer(codes)));
    MergedAnnotations.from(handler.getMethod()).stream(AnswerHeader.class)
        .forEach(
            header -> addHeader(operation, header.getString("name"), header.getIntArray("on")));
    return operation;
  }

  /** Answers to requests of which no operation knows the path or the method. */
  Map<String, ApiResponse> ofNoOperation() {
    return Map.of(
        "NotFound", answer(List.of(ErrorCode.NOT_FOUND)),
        "MethodNotAllowed", answer(List.of(ErrorCode.METHOD_NOT_ALLOWED)));
  }

  private static Set<ErrorCode> codes(Method method) {
    Set<ErrorCode> codes = EnumSet.copyOf(COMMON);
    MergedAnnotations.from(method).stream(Errors.class)
        .forEach(errors -> codes.addAll(List.of(errors.getEnumArray("value", ErrorCode.class))));
    return codes;
  }

  private Map<Integer, List<ErrorCode>> byStatus(Set<ErrorCode> codes) {
    return codes.stream()
        .collect(Collectors.groupingBy(problems::status, TreeMap::new, Collectors.toList()));
  }

  private ApiResponse answer(List<ErrorCode> codes) {
    MediaType body = new MediaType().schema(new Schema<>().$ref(PROBLEM));
    codes.forEach(
        code ->
            body.addExamples(
                code.name(), new Example().$ref("#/components/examples/" + code.name())));
    ApiResponse answer =
        new ApiResponse()
            .description(describe(codes))
            .content(new Content().addMediaType(PROBLEM_JSON, body));
    if (codes.stream().anyMatch(ErrorAnswers::isWorthAWait)) {
      answer.addHeaderObject(
          CommonHeaders.RETRY_AFTER, CommonHeaders.reference(CommonHeaders.RETRY_AFTER));
    }
    if (codes.contains(ErrorCode.UNAUTHENTICATED)) {
      answer.addHeaderObject(
          CommonHeaders.WWW_AUTHENTICATE, CommonHeaders.reference(CommonHeaders.WWW_AUTHENTICATE));
    }
    if (codes.contains(ErrorCode.PRECONDITION_FAILED)) {
      answer.addHeaderObject(CommonHeaders.ETAG, CommonHeaders.reference(CommonHeaders.ETAG));
    }
    return answer;
  }

  /** The codes of an answer, for people. */
  static String describe(Collection<ErrorCode> codes) {
    return codes.stream()
        .map(code -> "`" + code.name() + "`: " + code.title())
        .collect(Collectors.joining("; ", "", "."));
  }

  private static boolean isWorthAWait(ErrorCode code) {
    return switch (code) {
      case JOB_RUNNING,
          IDEMPOTENCY_IN_PROGRESS,
          TOO_MANY_REQUESTS,
          TOO_MANY_TRANSACTIONS,
          STORE_UNAVAILABLE,
          WRITE_STALL,
          SHUTTING_DOWN,
          STORAGE_IO ->
          true;
      default -> false;
    };
  }

  private static void addHeader(Operation operation, String name, int[] statuses) {
    for (int status : statuses) {
      ApiResponse answer = operation.getResponses().get(Integer.toString(status));
      if (answer != null) {
        answer.addHeaderObject(name, CommonHeaders.reference(name));
      }
    }
  }
}
