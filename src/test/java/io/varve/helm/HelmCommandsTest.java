package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documents tell to type, Helm takes: every {@code helm template} and {@code helm install}
 * in them is rendered with its own options.
 */
final class HelmCommandsTest {
  private static final List<Path> DOCUMENTS =
      List.of(
          Path.of("README.md"),
          Path.of("docs", "deployment.md"),
          Chart.DIRECTORY.resolve("README.md"));

  /** A command goes on in the next line where it ends in a backslash. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^helm (?:template|install) (?:.*\\\\\n)*.*$");

  private static final Pattern OPTION = Pattern.compile("(-f|-n|--set) (\\S+)");

  static Stream<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      COMMAND
          .matcher(Files.readString(document))
          .results()
          .map(MatchResult::group)
          .map(command -> command.replaceAll("\\\\\n\\s*", ""))
          .forEach(commands::add);
    }
    return commands.stream().distinct();
  }

  @Test
  void everyDocument_hasSome() throws IOException {
    for (Path document : DOCUMENTS) {
      assertThat(COMMAND.matcher(Files.readString(document)).results())
          .as("%s", document)
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command_renders(String command) {
    String[] words = command.split("\\s+", -1);
    assertThat(words[2]).as("the release").isEqualTo("varve");
    TemplateCommand template =
        new Helm(Path.of(words[3])).template().withName(words[2]).withKubeVersion(Chart.KUBERNETES);
    StringBuilder understood = new StringBuilder(String.join(" ", List.of(words).subList(0, 4)));
    OPTION
        .matcher(command)
        .results()
        .forEach(
            option -> {
              understood.append(' ').append(option.group());
              apply(template, option.group(1), option.group(2));
            });
    assertThat(understood).as("all of it is understood").hasToString(command);
    Rendered rendered =
        new Rendered(Node.parse(template.call()).stream().map(Manifest::new).toList());
    assertThat(rendered.all("StatefulSet")).hasSize(1);
  }

  private static void apply(TemplateCommand template, String option, String value) {
    switch (option) {
      case "-f" -> template.withValuesFile(Path.of(value));
      case "-n" -> template.withNamespace(value);
      default -> {
        String[] setting = value.split("=", 2);
        template.set(setting[0], setting[1]);
      }
    }
  }
}
