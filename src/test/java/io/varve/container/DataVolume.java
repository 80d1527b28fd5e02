package io.varve.container;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import org.testcontainers.DockerClientFactory;

/** A volume that outlives containers, for the data of a store. Removed when it is closed. */
final class DataVolume implements AutoCloseable {
  private static final Volume PLACE = new Volume("/var/lib/varve");

  private final String name;

  private DataVolume(String name) {
    this.name = name;
  }

  static DataVolume create() {
    return new DataVolume(DockerClientFactory.lazyClient().createVolumeCmd().exec().getName());
  }

  Bind bind() {
    return new Bind(name, PLACE);
  }

  @Override
  public void close() {
    DockerClientFactory.lazyClient().removeVolumeCmd(name).exec();
  }
}
