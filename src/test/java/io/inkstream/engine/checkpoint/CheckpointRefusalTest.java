package io.inkstream.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Files with one thing wrong: what the refusal says of each.
class CheckpointRefusalTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path REFUSED = GOLDENS.resolve("checkpoints/refusals");

  @TestFactory
  Stream<DynamicTest> oneLineNamesWhatIsWrong() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(REFUSED.resolve("refusals.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.get("file").asText(), () -> check(one)));
  }

  private static void check(JsonNode one) {
    var part = Part.valueOf(one.get("kind").asText().toUpperCase(Locale.ROOT));
    Path config =
        GOLDENS.resolve(one.get("snapshot").asText()).resolve(part.folder()).resolve("config.json");
    Path file = REFUSED.resolve(one.get("file").asText());

    Throwable refusal =
        catchThrowable(() -> Checkpoint.open(file, part, () -> ComponentConfig.read(config)));

    assertThat(refusal).isInstanceOf(SnapshotException.class).hasMessageStartingWith(file + ": ");
    assertThat(refusal.getMessage().lines()).hasSize(1);
    one.get("must_say").forEach(word -> assertThat(refusal).hasMessageContaining(word.asText()));
    JsonNode oneOf = one.path("must_say_one_of");
    assertThat(
            oneOf.isMissingNode()
                || StreamSupport.stream(oneOf.spliterator(), false)
                    .anyMatch(word -> refusal.getMessage().contains(word.asText())))
        .as(refusal.getMessage())
        .isTrue();
  }
}
