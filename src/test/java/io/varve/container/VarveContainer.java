package io.varve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.varve.web.Api;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The image, run as hard as it may be run: a root file system that cannot be written, no
 * capabilities, a user without rights, 512 MiB of memory and no swap. Its port is on loopback.
 */
final class VarveContainer implements AutoCloseable {
  /** How long anything may take that a passing test waits for. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What documents and chart give it to end by itself. */
  static final int GRACE_SECONDS = 75;

  static final long MEMORY_BYTES = 512L << 20;

  private static final int PORT = 8080;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final GenericContainer<?> container;

  private VarveContainer(DataVolume volume, String... settings) {
    container =
        new GenericContainer<>(DockerImageName.parse(VarveImage.name()))
            .withImagePullPolicy(_ -> false)
            .withEnv("VARVE_SECURITY_ALLOWANONYMOUS", "true")
            .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m"))
            .withCreateContainerCmdModifier(command -> harden(command, volume))
            .withCommand(settings)
            // Started is started; whether it serves is for the test to wait for.
            .withMinimumRunningDuration(Duration.ZERO)
            .waitingFor(new NoWait());
  }

  private static void harden(CreateContainerCmd command, DataVolume volume) {
    HostConfig host = command.getHostConfig();
    assertThat(host).isNotNull();
    host.withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"))
        .withMemory(MEMORY_BYTES)
        .withMemorySwap(MEMORY_BYTES)
        .withBinds(volume.bind())
        .withPortBindings(
            new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(PORT)));
    command.withExposedPorts(ExposedPort.tcp(PORT));
  }

  /** Starts it and waits until it is ready. */
  static VarveContainer start(DataVolume volume, String... settings) {
    VarveContainer started = launch(volume, settings);
    try {
      return started.awaitReady();
    } catch (RuntimeException | Error e) {
      String log = started.log();
      started.close();
      throw new AssertionError("It does not get ready. Its log: " + log, e);
    }
  }

  /** Like {@link #start}, but does not wait. */
  static VarveContainer launch(DataVolume volume, String... settings) {
    VarveContainer launched = new VarveContainer(volume, settings);
    launched.container.start();
    return launched;
  }

  VarveContainer awaitReady() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> !isRunning())
        .until(this::isReady);
    return this;
  }

  private boolean isReady() throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(uri().resolve("/readyz")).timeout(PATIENCE).GET().build();
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  private int port() {
    Ports.Binding[] bindings =
        container
            .getCurrentContainerInfo()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(ExposedPort.tcp(PORT));
    assertThat(bindings).as("it is bound to a port of this machine").hasSize(1);
    return Integer.parseInt(Objects.requireNonNull(bindings)[0].getHostPortSpec());
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  Api api() {
    return new Api(port());
  }

  /** When its first process began. */
  Instant startedAt() {
    return Instant.parse(state().getStartedAt());
  }

  ContainerState state() {
    return container.getCurrentContainerInfo().getState();
  }

  boolean isRunning() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  /** What it has written so far. */
  String log() {
    return container.getLogs();
  }

  /** Runs a command in it; what it has written to its standard output. It must end with 0. */
  String run(String... command) throws Exception {
    ExecResult result = container.execInContainer(command);
    assertThat(result.getExitCode())
        .as("%s: %s %s", List.of(command), result.getStdout(), result.getStderr())
        .isZero();
    return result.getStdout();
  }

  /** As {@code docker kill} does. */
  void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    awaitExit();
  }

  /** As {@code docker stop} does; the exit code. */
  int stop() {
    container
        .getDockerClient()
        .stopContainerCmd(container.getContainerId())
        .withTimeout(GRACE_SECONDS)
        .exec();
    return awaitExit();
  }

  /** Waits until it has ended by itself; the exit code. */
  int awaitExit() {
    await().atMost(PATIENCE).until(() -> !isRunning());
    Long code = state().getExitCodeLong();
    assertThat(code).isNotNull();
    return code.intValue();
  }

  @Override
  public void close() {
    container.stop();
  }
}
