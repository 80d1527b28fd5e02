package io.varve.helm;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/**
 * Says what Kubernetes itself would refuse: unknown fields, wrong types, missing fields. It asks
 * the models that the Java client of Kubernetes has of every object, which are made from the API's
 * own description. They let pass a wrong word where only some are allowed, and any name; {@link
 * FieldRules} looks at those.
 */
final class KubernetesJudge {
  private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

  /** What the chart may render, with the version of the API it must be of. */
  private static final Map<String, String> VERSIONS =
      Map.ofEntries(
          Map.entry("ConfigMap", "v1"),
          Map.entry("PersistentVolumeClaim", "v1"),
          Map.entry("Pod", "v1"),
          Map.entry("Secret", "v1"),
          Map.entry("Service", "v1"),
          Map.entry("ServiceAccount", "v1"),
          Map.entry("StatefulSet", "apps/v1"),
          Map.entry("CronJob", "batch/v1"),
          Map.entry("Ingress", "networking.k8s.io/v1"),
          Map.entry("NetworkPolicy", "networking.k8s.io/v1"),
          Map.entry("PodDisruptionBudget", "policy/v1"));

  private KubernetesJudge() {}

  static boolean knows(Manifest manifest) {
    return VERSIONS.containsKey(manifest.kind());
  }

  /** Throws an exception that names what is wrong. */
  static void judge(Manifest manifest) {
    String version = VERSIONS.get(manifest.kind());
    if (!manifest.apiVersion().equals(version)) {
      throw new IllegalArgumentException(
          manifest.title() + " is of " + manifest.apiVersion() + " instead of " + version);
    }
    JsonElement json = new Gson().toJsonTree(manifest.root().value());
    try {
      Class<?> model = Class.forName(MODELS + manifest.kind());
      model.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
      // Only this looks at types of single values, quantities among them.
      if (JSON.getGson().fromJson(json, model) == null) {
        throw new IllegalArgumentException(manifest.title() + " is empty");
      }
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(manifest.title(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no model of " + manifest.kind(), e);
    }
  }
}
