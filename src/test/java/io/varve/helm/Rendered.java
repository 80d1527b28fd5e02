package io.varve.helm;

import java.util.List;
import java.util.Optional;

/** All objects of one rendering. */
record Rendered(List<Manifest> manifests) {

  /** The only object of a kind. */
  Manifest only(String kind) {
    List<Manifest> found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + kind + " instead of one");
    }
    return found.getFirst();
  }

  List<Manifest> all(String kind) {
    return manifests.stream().filter(manifest -> manifest.kind().equals(kind)).toList();
  }

  Optional<Manifest> find(String kind, String name) {
    return all(kind).stream().filter(manifest -> manifest.name().equals(name)).findFirst();
  }

  Manifest named(String kind, String name) {
    return find(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  /** The pod of the store, as an object with {@code metadata} and {@code spec}. */
  Node pod() {
    return only("StatefulSet").pods().getFirst();
  }

  /** The container of the store. */
  Node container() {
    return pod().at("spec", "containers").named("varve");
  }

  /** What the ConfigMap says as {@code application.yml}. */
  Node settings() {
    String name = pod().at("spec", "volumes").named("config").at("configMap", "name").text();
    return Node.parseOne(named("ConfigMap", name).at("data", "application.yml").text());
  }
}
