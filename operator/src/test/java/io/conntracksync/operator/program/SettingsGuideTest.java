package io.conntracksync.operator.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.operator.Guide;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Option;

/** The tables of settings name what the command line and the log take, and nothing else. */
class SettingsGuideTest {
  private static final Pattern FROM_ENVIRONMENT =
      Pattern.compile("\\$\\{env:([A-Z_]+)(?::-([^}]*))?\\}");
  private static final Pattern OF_LOG = Pattern.compile("\\$\\{([A-Z_]+):-([A-Za-z]+)\\}");

  private record Setting(String environment, String standard) {}

  @ParameterizedTest(name = "{0}")
  @CsvSource({"../README.md, ### Operator", "README.md, ## Settings"})
  void everySettingStandsInTheTableAsItIs(Path page, String heading) throws IOException {
    Map<String, Setting> inCode = ofCommandLine();
    inCode.putAll(ofLog());

    assertThat(inTable(Guide.section(page, heading)))
        .as("settings in %s, section %s; correct the page", page, heading)
        .containsExactlyInAnyOrderEntriesOf(inCode);
  }

  private static Map<String, Setting> ofCommandLine() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (Field field : Main.class.getDeclaredFields()) {
      Option option = field.getAnnotation(Option.class);
      if (option != null) {
        settings.put(option.names()[0], setting(option.defaultValue()));
      }
    }
    return settings;
  }

  private static Setting setting(String standard) {
    Matcher matcher = FROM_ENVIRONMENT.matcher(standard);
    if (!matcher.matches()) {
      return new Setting("", standard);
    }
    return new Setting(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
  }

  private static Map<String, Setting> ofLog() throws IOException {
    Map<String, Setting> settings = new LinkedHashMap<>();
    Matcher matcher = OF_LOG.matcher(Files.readString(Path.of("src/main/resources/logback.xml")));
    while (matcher.find()) {
      settings.put(matcher.group(1), new Setting(matcher.group(1), matcher.group(2)));
    }
    return settings;
  }

  private static Map<String, Setting> inTable(Guide section) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (List<String> cells : section.rows()) {
      String environment = name(cells.get(1));
      String name = name(cells.get(0)).isEmpty() ? environment : name(cells.get(0));
      settings.put(name, new Setting(environment, name(cells.get(2))));
    }
    return settings;
  }

  /** The name in that cell; nothing when the cell holds words. */
  private static String name(String cell) {
    return Guide.names(cell).stream().findFirst().orElse("");
  }
}
