package io.varve.container;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Whether the tests of the image can run here. Builds the image when it is first asked. */
final class ImageCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        throw new ImageUnavailableException(
            "No container engine answers, so the image goes untested. Install and start Docker.");
      }
      VarveImage.name();
      return ConditionEvaluationResult.enabled("the image is built");
    } catch (ImageUnavailableException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      return ConditionEvaluationResult.disabled(e.getMessage());
    }
  }
}
