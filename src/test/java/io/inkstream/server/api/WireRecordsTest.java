package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.inkstream.server.http.OpenAiError;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A record that Jackson writes must be open to reflection, or it is empty in the native
/// executable. What is open, the build asks to be described (see AnswerSchemas).
class WireRecordsTest {
  @Test
  void everyRecordOfAnAnswerIsOpenToReflection() {
    Set<JavaClass> written = new LinkedHashSet<>();
    roots().forEach(root -> collect(root, written));

    assertThat(written)
        .extracting(JavaClass::getSimpleName)
        .contains("Health", "ImagesResponse", "TokenDetails", "Detail", "Progress", "SmallPicture");
    assertThat(written).allMatch(type -> type.isAnnotatedWith(RegisterForReflection.class));
  }

  /// What routes return, and what is written by hand.
  private static Stream<JavaType> roots() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                WireRecordsTest.class.getPackageName(), OpenAiError.class.getPackageName());
    Stream<JavaType> returned =
        classes.stream()
            .filter(type -> type.isAnnotatedWith(Path.class))
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .map(method -> method.getReturnType());
    Stream<JavaType> byHand =
        classes.stream()
            .filter(type ->
                type.isAssignableTo(ImageStreamEvent.class)
                    || type.isEquivalentTo(ImagesResponse.class)
                    || type.isEquivalentTo(OpenAiError.class))
            .map(type -> type);
    return Stream.concat(returned, byHand);
  }

  private static void collect(JavaType type, Set<JavaClass> written) {
    type.getAllInvolvedRawTypes().stream()
        .filter(raw -> raw.isRecord() && raw.getName().startsWith("io.inkstream."))
        .filter(written::add)
        .flatMap(raw -> raw.getFields().stream())
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .forEach(field -> collect(field.getType(), written));
  }
}
