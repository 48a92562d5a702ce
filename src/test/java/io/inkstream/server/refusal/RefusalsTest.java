package io.inkstream.server.refusal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.inkstream.Documents;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancelledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  /// A new exception must be given a face. The compiled class names those that have a case.
  @Test
  void everyExceptionOfTheHouseHasACase() throws IOException {
    try (var compiled = Refusals.class.getResourceAsStream("Refusals.class")) {
      var names =
          new String(Objects.requireNonNull(compiled).readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(exceptions())
          .isNotEmpty()
          .allMatch(type -> names.contains(type.replace('.', '/')));
    }
  }

  @Test
  void anotherFailureIsOurMistakeAndShowsNothingOfItself() {
    Refusal refusal = Refusals.of(new IllegalStateException("secret"));

    assertThat(refusal.status()).isEqualTo(500);
    assertThat(refusal.toString()).doesNotContain("secret");
    assertThat(refusal.exit()).isEqualTo(Exit.MISTAKE);
    assertThat(refusal.isInternal()).isTrue();
  }

  @Test
  void aWrongFieldIsNamed() {
    Refusal refusal = Refusals.of(new InvalidRequestException("size", "size is 3"));

    assertThat(refusal)
        .isEqualTo(Refusal.invalidRequest(400, "size is 3", "size", "invalid_value"));
  }

  @Test
  void metricsHaveAReasonForWhatIsNotTakenIn() {
    assertThat(reason(new InvalidRequestException("size", "size is 3"))).isEqualTo("invalid");
    assertThat(reason(new OutOfMemoryError())).isEqualTo("error");
  }

  private static String reason(Throwable failure) {
    return Refusals.of(failure).reason().toString();
  }

  @Test
  void whatTheServerCancelledMayBeAskedForAgainAndEndsACommandWith130() {
    Refusal refusal = Refusals.of(new CancelledException());

    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
    assertThat(refusal.exit().code()).isEqualTo(130);
  }

  @Test
  void aProbeIsUnhealthyWhateverTheCause() {
    Refusal broken = Refusals.unhealthy(new IllegalStateException("secret"));
    Refusal stopping = Refusals.unhealthy(new CancelledException());

    assertThat(broken.status()).isEqualTo(503);
    assertThat(broken.code()).isEqualTo("unhealthy");
    assertThat(broken.retryAfter()).isEmpty();
    assertThat(stopping.status()).isEqualTo(503);
    assertThat(stopping.retryAfter()).isPresent();
  }

  @Test
  void theDocumentHasEachExitCode() {
    String rows =
        Exit.meanings().entrySet().stream()
            .map(code -> "| %s | %s |\n".formatted(code.getKey(), code.getValue()))
            .collect(joining());
    Documents.assertPart(
        Path.of("docs/operating.md"), "exit codes", "| code | |\n|---:|---|\n" + rows);
  }

  private static List<String> exceptions() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.inkstream")
            .stream()
            .filter(type -> type.isAssignableTo(Throwable.class))
            .filter(type -> !type.isAssignableTo(RefusedException.class)) // these say it themselves
            .map(JavaClass::getName)
            .toList();
  }
}
