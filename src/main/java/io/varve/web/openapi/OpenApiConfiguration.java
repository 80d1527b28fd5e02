package io.varve.web.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells springdoc what is ours. It makes the document when somebody first asks for it. */
@Configuration(proxyBeanMethods = false)
final class OpenApiConfiguration {
  private static final String TOKEN = "token";
  private static final String DESCRIPTION =
      """
      A transactional, multi-version key-value store.

      Keys and values are bytes. In JSON a byte string is a plain string, which is UTF-8, or \
      `{"base64": "…"}`; either is accepted, and answers have the string wherever the bytes are \
      valid UTF-8. Every commit makes a revision, a number that only rises; the past can be read \
      by revision or by time as long as it is kept.

      Every answer carries `Varve-Store-Id`, `Varve-Revision` and `Varve-Durable-Revision`. Every \
      error is a problem of RFC 9457 whose `code` is stable; `retryable` says whether the same \
      request may succeed later. A path that is not described here answers 404 `NOT_FOUND`, a \
      method that is not described for its path 405 `METHOD_NOT_ALLOWED`. Values never appear in \
      an error. `GET /v1/limits` tells every limit.

      Where the server runs with `varve.security.mode=token` or `jwt`, every request needs a bearer \
      token; without one that the server knows the answer is 401 `UNAUTHENTICATED`. What a caller \
      has not been granted is 403 `FORBIDDEN`, and then nothing of the request was done.
      """;

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Varve")
                // Of this interface; GET /v1/status tells that of the program.
                .version("1.0")
                .description(DESCRIPTION.strip())
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    TOKEN,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description(
                            "A token whose SHA-256 is in the settings of the server, or a JWT.")))
        // The second says that a server may ask for nothing.
        .security(List.of(new SecurityRequirement().addList(TOKEN), new SecurityRequirement()));
  }

  @Bean
  ErrorAnswers errorAnswers(ProblemCatalog problems) {
    return new ErrorAnswers(problems);
  }

  @Bean
  DocumentFinish documentFinish(ProblemCatalog problems, ErrorAnswers answers) {
    return new DocumentFinish(problems, answers);
  }

  @Bean
  RecordSchemas recordSchemas() {
    return new RecordSchemas();
  }
}
