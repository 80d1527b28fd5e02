package io.varve.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.registry.HealthContributorRegistry;

/**
 * The health endpoint, which answers a path below a component that does not exist with 404.
 *
 * <p>Spring Boot 4.1.2 answers {@code /actuator/health/none/below} with 500: it looks for {@code
 * below} in what it has not found. Everything else is its own.
 */
public final class StoreHealthEndpoint extends HealthEndpointWebExtension {
  private final HealthContributorRegistry registry;
  private final HealthEndpointGroups groups;

  /** Answers for what is registered; a component slower than the threshold is logged. */
  public StoreHealthEndpoint(
      HealthContributorRegistry registry, HealthEndpointGroups groups, Duration slowThreshold) {
    super(registry, null, groups, slowThreshold);
    this.registry = registry;
    this.groups = groups;
  }

  @Override
  public WebEndpointResponse<HealthDescriptor> health(
      ApiVersion apiVersion,
      @Nullable WebServerNamespace serverNamespace,
      SecurityContext securityContext,
      boolean showAll,
      String... path) {
    if (!hasParent(path)) {
      return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }
    return super.health(apiVersion, serverNamespace, securityContext, showAll, path);
  }

  /** Whether all that the path goes through exists; its last part may not. */
  private boolean hasParent(String... path) {
    @Nullable Object parent = registry;
    int first = path.length > 0 && groups.get(path[0]) != null ? 1 : 0;
    for (int i = first; i < path.length - 1; i++) {
      parent =
          parent instanceof HealthContributors contributors
              ? contributors.getContributor(path[i])
              : null;
    }
    return parent != null;
  }
}
