package io.varve.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.varve.web.VarveServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.util.FileSystemUtils;

/**
 * Generates clients from {@code docs/openapi.json} as users do, compiles them, and reads, writes
 * and loads with them. Maven has put the generator into {@code target/generated-clients/tools}.
 */
@VarveServer
final class GeneratedClientsIT {
  private static final Path SOURCES = Path.of("src", "test", "resources", "generated-clients");
  private static final Path TARGET = Path.of("target", "generated-clients");
  private static final Path HERE = Path.of("");

  /** The first {@code python3} of a search path may lack the packages of the system. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final int PATIENCE_MINUTES = 15;

  @LocalServerPort private int port;

  /** One run of the generator makes all three. */
  @BeforeAll
  static void generate() throws IOException, InterruptedException {
    FileSystemUtils.deleteRecursively(TARGET.resolve("java"));
    FileSystemUtils.deleteRecursively(TARGET.resolve("typescript"));
    FileSystemUtils.deleteRecursively(TARGET.resolve("python"));
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-jar");
    command.add(TARGET.resolve("tools").resolve("openapi-generator-cli.jar").toString());
    command.addAll(List.of("batch", "--fail-fast", "--root-dir", "."));
    for (String language : List.of("java", "typescript", "python")) {
      command.add(SOURCES.resolve(language + ".yaml").toString());
    }
    run(HERE, command);
  }

  @Test
  void java_readsWritesAndLoads() throws Exception {
    Path project = TARGET.resolve("java");
    copy("Exercise.java", project.resolve("src").resolve("main").resolve("java"));
    run(
        project,
        Path.of("mvnw").toAbsolutePath().toString(),
        "-B",
        "-ntp",
        "-q",
        "-Dmaven.test.skip=true",
        "-Dmaven.javadoc.skip=true",
        "-Dmaven.source.skip=true",
        "package");
    Path temp = Files.createDirectories(project.resolve("temp"));
    run(
        temp,
        java(),
        "-cp",
        String.join(File.pathSeparator, "../target/classes", "../target/lib/*"),
        "Exercise",
        service(),
        ".");
  }

  @Test
  void typescript_readsWritesAndLoads() throws Exception {
    require("node, npm", works("node", "--version") && works("npm", "--version"));
    Path project = TARGET.resolve("typescript");
    for (String name :
        List.of("exercise.ts", "package.json", "package-lock.json", "tsconfig.json")) {
      copy(name, project);
    }
    run(project, "npm", "ci", "--no-audit", "--no-fund");
    run(project, "node", "node_modules/typescript/bin/tsc", "-p", ".");
    run(project, "node", "out/exercise.js", service());
  }

  @Test
  void python_readsWritesAndLoads() throws Exception {
    require(
        "python3 with pydantic, urllib3, dateutil, and typing_extensions",
        works(PYTHON, "-c", "import pydantic, urllib3, dateutil, typing_extensions"));
    Path project = TARGET.resolve("python");
    copy("exercise.py", project);
    run(project, PYTHON, "-m", "compileall", "-q", "varve_generated");
    run(project, PYTHON, "exercise.py", service());
  }

  private String service() {
    return "http://localhost:" + port;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static void copy(String name, Path directory) throws IOException {
    Files.copy(SOURCES.resolve(name), directory.resolve(name));
  }

  /** Away from a developer's machine, a tool that is missing must not go unnoticed. */
  private static void require(String tools, boolean there) {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as("%s are installed", tools).isTrue();
    }
    assumeThat(there).as("%s are missing, so a client goes untested", tools).isTrue();
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException _) {
      return false; // it is not there
    }
  }

  private static void run(Path directory, String... command)
      throws IOException, InterruptedException {
    run(directory, List.of(command));
  }

  private static void run(Path directory, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(TARGET, "output", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PYTHONUTF8", "1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as("%s: %s", command, Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
    }
    Files.delete(output);
  }
}
