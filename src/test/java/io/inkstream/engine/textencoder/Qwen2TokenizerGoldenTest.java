package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// Ids and texts that transformers' own tokenizer gives, for Qwen2.5's files and for small ones.
class Qwen2TokenizerGoldenTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path GOLDENS = folder("goldens", "public");
  private static final Qwen2Tokenizer QWEN =
      Qwen2Tokenizer.load(Path.of("src/main/models/qwen-image/tokenizer"));
  private static final Qwen2Tokenizer TINY =
      Qwen2Tokenizer.load(tokenizer(folder("goldens.snapshot", "tiny")));
  private static final Qwen2Tokenizer POCKET =
      Qwen2Tokenizer.load(Path.of("src/main/models/qwen-image-pocket/tokenizer"));

  @Test
  void encodesAndDecodesEveryGoldenRowOfQwen() throws IOException {
    JsonNode rows = json(GOLDENS.resolve("tokenizer.json")).get("rows");

    assertThat(rows).isNotEmpty();
    assertIds(QWEN, rows);
    assertDecoded(rows, "decoded", 0, 1);
  }

  @Test
  void encodesEveryGoldenRowOfTheTinyTokenizer() throws IOException {
    JsonNode rows = json(GOLDENS.resolve("tokenizer_tiny.json")).get("rows");

    assertThat(rows).isNotEmpty();
    assertIds(TINY, rows);
  }

  @Test
  void encodesAndDecodesHardTextsAsTheReference() throws IOException {
    JsonNode rows = json(RESOURCES.resolve("tokenizer/fuzz-qwen.json"));

    assertThat(rows).hasSize(300);
    assertIds(QWEN, rows);
    assertDecoded(rows, "decoded", 0, 1);
  }

  @Test
  void decodesEverySecondTokenOfHardTextsAsTheReference() throws IOException {
    JsonNode rows = json(RESOURCES.resolve("tokenizer/fuzz-qwen.json"));

    assertDecoded(rows, "cut_decoded", 1, 2);
  }

  @Test
  void dropsExactlyTheSystemPrefixOfTheTemplate() {
    String template = PromptTemplate.QWEN_IMAGE.apply("");
    String prefix = template.substring(0, template.indexOf("user\n") + "user\n".length());

    for (Qwen2Tokenizer tokenizer : new Qwen2Tokenizer[] {QWEN, TINY, POCKET}) {
      int[] ids = tokenizer.encode(PromptTemplate.QWEN_IMAGE.apply("a cat"));
      assertThat(tokenizer.encode(prefix))
          .hasSize(PromptTemplate.DROP)
          .isEqualTo(Arrays.copyOf(ids, PromptTemplate.DROP));
    }
  }

  @Test
  void anEmptyPromptLeavesTheFiveTokensOfTheTail() {
    for (Qwen2Tokenizer tokenizer : new Qwen2Tokenizer[] {QWEN, TINY}) {
      assertThat(tokenizer.encode(PromptTemplate.QWEN_IMAGE.apply("")))
          .hasSize(PromptTemplate.DROP + 5);
    }
  }

  @Test
  void countsAddedTokensInTheVocabulary() {
    assertThat(QWEN.vocabularySize()).isEqualTo(151665);
    assertThat(QWEN.tokenId("<|image_pad|>")).hasValue(151655);
    assertThat(POCKET.vocabularySize()).isEqualTo(2003);
  }

  private static void assertIds(Qwen2Tokenizer tokenizer, JsonNode rows) {
    SoftAssertions.assertSoftly(softly -> {
      for (JsonNode row : rows) {
        softly
            .assertThat(tokenizer.encode(row.get("text").textValue()))
            .as(row.get("text").toString())
            .isEqualTo(ids(row));
      }
    });
  }

  private static void assertDecoded(JsonNode rows, String field, int first, int step) {
    SoftAssertions.assertSoftly(softly -> {
      for (JsonNode row : rows) {
        int[] ids = ids(row);
        int[] taken =
            IntStream.iterate(first, i -> i < ids.length, i -> i + step).map(i -> ids[i]).toArray();
        softly
            .assertThat(QWEN.decode(taken))
            .as(row.get("text").toString())
            .isEqualTo(row.get(field).textValue());
      }
    });
  }

  private static int[] ids(JsonNode row) {
    return StreamSupport.stream(row.get("ids").spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }

  private static JsonNode json(Path file) throws IOException {
    boolean otherFolder = !System.getProperty("goldens", "").isEmpty();
    assumeFalse(otherFolder && !Files.exists(file), () -> "no " + file);
    return new ObjectMapper().readTree(file.toFile());
  }

  /// Qwen-Image-2.1's snapshots have another: then the own tiny one is tested.
  private static Path tokenizer(Path snapshot) {
    Path own = snapshot.resolve("tokenizer");
    return Files.exists(own) ? own : RESOURCES.resolve("goldens/tiny/tokenizer");
  }

  private static Path folder(String property, String name) {
    String given = System.getProperty(property, "");
    return given.isEmpty() ? RESOURCES.resolve("goldens").resolve(name) : Path.of(given);
  }
}
