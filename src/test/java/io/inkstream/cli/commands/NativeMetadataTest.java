package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.IParameterPreprocessor;

/// picocli makes preprocessors by reflection, and its annotation processor does not register them.
class NativeMetadataTest {
  private static final Path METADATA =
      Path.of(
          "src/main/resources/META-INF/native-image/io.inkstream/inkstream-cli/reachability-metadata.json");

  @Test
  void nativeExecutablesCanMakeEachPreprocessor() throws IOException {
    String metadata = Files.readString(METADATA);
    var preprocessors =
        new ClassFileImporter()
            .importPackages("io.inkstream.cli").stream()
                .filter(type -> type.isAssignableTo(IParameterPreprocessor.class))
                .map(JavaClass::getName)
                .toList();

    assertThat(preprocessors).isNotEmpty().allSatisfy(name -> assertThat(metadata).contains(name));
  }
}
