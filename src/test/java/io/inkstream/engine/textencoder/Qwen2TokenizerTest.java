package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Qwen2TokenizerTest {
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket/tokenizer");
  private static final Qwen2Tokenizer TOKENIZER = Qwen2Tokenizer.load(POCKET);
  private static final String VOCAB =
      "{\"a\": 0, \"b\": 1, \"c\": 2, \"ab\": 3, \"bc\": 4, \"abc\": 5, \"Ġ\": 6, \"<\": 7}";
  private static final String MERGES = "#version: 0.2\nb c\na b\na bc\n";

  @TempDir private Path directory;

  @Test
  void mergesTheLowestRankFirst() throws IOException {
    Qwen2Tokenizer tokenizer = load(VOCAB, MERGES);

    assertThat(tokenizer.encode("abc ab")).containsExactly(5, 6, 3);
    assertThat(tokenizer.encode("ababcb")).containsExactly(3, 5, 1);
  }

  @Test
  void leavesOutBytesThatTheVocabularyLacks() throws IOException {
    assertThat(load(VOCAB, MERGES).encode("aéb!")).containsExactly(3);
  }

  @Test
  void toleratesCarriageReturnsAndBlankLinesInMerges() throws IOException {
    Qwen2Tokenizer tokenizer = load(VOCAB, "#version: 0.2\r\nb c\r\na bc\r\n\r\n");

    assertThat(tokenizer.encode("abc")).containsExactly(5);
  }

  @Test
  void matchesTheLongestAddedTokenAtTheLeftmostPlace() throws IOException {
    write("added_tokens.json", "{\"<a\": 10, \"<ab\": 11, \"ab<\": 12}");
    Qwen2Tokenizer tokenizer = load(VOCAB, MERGES);

    assertThat(tokenizer.encode("<ab<a")).containsExactly(11, 10);
    assertThat(tokenizer.encode("cab<ab")).containsExactly(2, 12, 3);
    assertThat(tokenizer.decode(new int[] {2, 12, 3})).isEqualTo("cab<ab");
  }

  @Test
  void looksForNormalizedTokensAfterNfcAndForOthersBefore() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"added_tokens_decoder": {
          "10": {"content": "é", "normalized": true, "special": false},
          "11": {"content": "c\\u0327", "normalized": false, "special": false}}}
        """);
    Qwen2Tokenizer tokenizer = load(VOCAB, MERGES);

    assertThat(tokenizer.encode("ae\u0301bc\u0327")).containsExactly(0, 10, 1, 11);
    assertThat(tokenizer.encode("\u00e7")).isEmpty();
  }

  @Test
  void unitesAddedTokensOfBothFiles() throws IOException {
    write("added_tokens.json", "{\"<x>\": 10, \"<y>\": 11}");
    write(
        "tokenizer_config.json",
        decoder("\"10\": {\"content\": \"<x>\"}, \"12\": {\"content\": \"<z>\"}"));
    Qwen2Tokenizer tokenizer = load(VOCAB, MERGES);

    assertThat(tokenizer.encode("<x><y><z>")).containsExactly(10, 11, 12);
    assertThat(tokenizer.vocabularySize()).isEqualTo(13);
  }

  @Test
  void readsTheSingleFileWithMergesOfEitherForm() throws IOException {
    write(
        "tokenizer.json",
        """
        {"model": {"type": "BPE", "vocab": %s, "merges": ["b c", ["a", "bc"]]},
         "added_tokens": [{"id": 9, "content": "<x>", "special": true, "normalized": false}]}
        """
            .formatted(VOCAB));
    Qwen2Tokenizer tokenizer = Qwen2Tokenizer.load(directory);

    assertThat(tokenizer.encode("abc<x>b")).containsExactly(5, 9, 1);
  }

  @Test
  void readsTheSameTokenizerFromItsSingleFile() throws IOException {
    Files.copy(POCKET.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    Qwen2Tokenizer single = Qwen2Tokenizer.load(directory);
    String text = PromptTemplate.QWEN_IMAGE.apply("a red apple on a wooden table, 8k, été 画");

    assertThat(single.encode(text)).isEqualTo(TOKENIZER.encode(text));
    assertThat(single.vocabularySize()).isEqualTo(TOKENIZER.vocabularySize());
  }

  @Test
  void truncatesOnTheRight() {
    String text = PromptTemplate.QWEN_IMAGE.apply("a dog in the snow");
    int[] all = TOKENIZER.encode(text);

    for (int limit = 0; limit <= all.length + 2; limit++) {
      int kept = Math.min(limit, all.length);
      assertThat(TOKENIZER.encode(text, limit))
          .isEqualTo(IntStream.range(0, kept).map(i -> all[i]).toArray());
    }
  }

  @Test
  void refusesANegativeLimit() {
    assertThatThrownBy(() -> TOKENIZER.encode("a", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxTokens is -1, must be 0 or more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\ud83d", "\udc31", "a\ud83d b", "\udc31\ud83d", "\ud83d<|im_end|>\udc31"})
  void countsALoneSurrogateAsTheReplacementCharacter(String text) {
    String replaced = text.replace('\ud83d', '\ufffd').replace('\udc31', '\ufffd');

    assertThat(TOKENIZER.encode(text)).isEqualTo(TOKENIZER.encode(replaced));
    assertThat(TOKENIZER.decode(TOKENIZER.encode(text))).isEqualTo(replaced);
  }

  @Test
  void decodesEveryByteSequenceAndNeverThrows() {
    RandomGenerator random = new Random(5);
    for (int round = 0; round < 500; round++) {
      int[] ids = random.ints(random.nextInt(20), 0, TOKENIZER.vocabularySize()).toArray();
      assertThat(TOKENIZER.decode(ids)).isNotNull();
    }
  }

  @Test
  void decodesAnEncodedSurrogateAsThreeFaults() {
    int[] ids = {byteToken('í'), byteToken('ł'), byteToken('Ģ')}; // ED A0 80

    assertThat(TOKENIZER.decode(ids)).isEqualTo("\ufffd\ufffd\ufffd");
  }

  @Test
  void refusesToDecodeAnIdWithoutToken() {
    assertThatThrownBy(() -> TOKENIZER.decode(new int[] {0, 2003}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token id 2003 has no token; ids are below 2003");
  }

  @Test
  void givesBackComposedTextAfterEncodingAndDecoding() {
    RandomGenerator random = new Random(3);
    for (int round = 0; round < 300; round++) {
      String text =
          random
              .ints(40, 0, 0x3000)
              .filter(c -> Character.getType(c) == Character.LOWERCASE_LETTER || c < 0x80)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
      assertThat(TOKENIZER.decode(TOKENIZER.encode(text))).isEqualTo(composed);
    }
  }

  @Test
  void isTheSameForManyThreads() {
    String text = PromptTemplate.QWEN_IMAGE.apply("an apple, a dog and a panda — été <|im_end|>");
    int[] expected = TOKENIZER.encode(text);

    boolean same =
        IntStream.range(0, 400)
            .parallel()
            .allMatch(_ -> Arrays.equals(TOKENIZER.encode(text), expected));

    assertThat(same).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"one letter", "random letters", "spaces", "planes", "combining marks", "brackets"})
  void growsNoFasterThanTheTextByMuch(String kind) {
    String small = longText(kind, 8_000);
    String large = longText(kind, 64_000);

    // eight times the text: eight times the work, sixty-four times were it quadratic
    long floor = 5_000_000;
    assertThat(nanos(large)).isLessThan(40 * Math.max(nanos(small), floor));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vocab.json | {\"a\": 0 | vocab.json: not JSON in line 1: ",
        "vocab.json | {} | vocab.json: the vocabulary is empty",
        "vocab.json | [] | vocab.json: the file is not a JSON object",
        "vocab.json | {\"a\": 0, \"b\": 0} | vocab.json: tokens \"a\" and \"b\" have the same id 0",
        "vocab.json | {\"a\": 0, \"a\": 1} | vocab.json: not JSON in line 1: Duplicate field 'a'",
        "vocab.json | {\"a\": -1} | vocab.json: id -1 of token \"a\" is not an integer from 0 to",
        "vocab.json | {\"a\": 16777216} | vocab.json: id 16777216 of token \"a\" is not",
        "vocab.json | {\"a\": 18446744073709551616} | vocab.json: id 18446744073709551616 of",
        "vocab.json | {\"a\": 1.5} | vocab.json: id 1.5 of token \"a\" is not an integer",
        "vocab.json | {\"a\": \"1\"} | vocab.json: id \"1\" of token \"a\" is not an integer",
        "merges.txt | abc | merges.txt: line 1 is not a merge of two tokens: \"abc\"",
        "merges.txt | a b c | merges.txt: line 1 is not a merge of two tokens: \"a b c\"",
        "merges.txt | a x | merges.txt: line 1 names \"x\", not in the vocabulary",
        "merges.txt | a c | merges.txt: line 1 names \"ac\", not in the vocabulary",
        "added_tokens.json | {\"x\": 1} | added_tokens.json: added token \"x\" has id 1, which is"
            + " \"b\"'s",
        "added_tokens.json | {\"ab\": 9} | added_tokens.json: added token \"ab\" has id 9, but 3"
            + " elsewhere",
        "added_tokens.json | {\"x\": 9, \"y\": 9} | added_tokens.json: added token \"y\" has id 9,"
            + " which",
        "added_tokens.json | {\"\": 9} | added_tokens.json: added token 9 is empty",
        "added_tokens.json | {\"x\": null} | added_tokens.json: id null of token \"x\" is not",
      })
  void namesTheFileAndTheFault(String file, String content, String message) throws IOException {
    write("vocab.json", VOCAB);
    write("merges.txt", MERGES);
    write(file, content);

    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"x\": {\"content\": \"<x>\"} | id \"x\" in added_tokens_decoder is not an integer",
        "\"99999999\": {\"content\": \"<x>\"} | id \"99999999\" in added_tokens_decoder is not",
        "\"10\": {} | added token 10 has no content",
        "\"10\": {\"content\": \"<x>\", \"lstrip\": true} | added token 10 has lstrip, which is"
            + " not",
        "\"11\": {\"content\": \"<y>\"} | added token \"<y>\" has id 11, but 10 elsewhere",
      })
  void namesTheFaultOfAnAddedToken(String entry, String message) throws IOException {
    write("vocab.json", VOCAB);
    write("merges.txt", MERGES);
    write("added_tokens.json", "{\"<y>\": 10}");
    write("tokenizer_config.json", decoder(entry));

    assertRefused("tokenizer_config.json: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vocab.json", "merges.txt"})
  void namesTheFileThatIsMissing(String missing) throws IOException {
    write("vocab.json", VOCAB);
    write("merges.txt", MERGES);
    Files.delete(directory.resolve(missing));

    assertRefused(missing + ": file not found");
  }

  @Test
  void refusesAFileThatIsNotUtf8() throws IOException {
    write("vocab.json", VOCAB);
    Files.write(directory.resolve("merges.txt"), new byte[] {'a', ' ', (byte) 0xC3});

    assertRefused("merges.txt: not UTF-8");
  }

  @Test
  void refusesASingleFileWithoutAModel() throws IOException {
    write("tokenizer.json", "{\"added_tokens\": []}");

    assertRefused("tokenizer.json: model is not a JSON object");
  }

  @Test
  void refusesASingleFilesMalformedMerge() throws IOException {
    write(
        "tokenizer.json",
        "{\"model\": {\"vocab\": " + VOCAB + ", \"merges\": [\"b c\", [\"a\"]]}}");

    assertRefused("tokenizer.json: model.merges[1] is not a merge of two tokens: \"[\\\"a\\\"]\"");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Qwen2Tokenizer.load(directory))
        .isInstanceOf(TokenizerException.class)
        .message()
        .startsWith(directory.toString())
        .contains(message)
        .doesNotContain("\n");
  }

  private Qwen2Tokenizer load(String vocab, String merges) throws IOException {
    write("vocab.json", vocab);
    write("merges.txt", merges);
    return Qwen2Tokenizer.load(directory);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private static String decoder(String entries) {
    return "{\"added_tokens_decoder\": {" + entries + "}}";
  }

  private static int byteToken(char character) {
    return TOKENIZER.tokenId(String.valueOf(character)).orElseThrow();
  }

  private static String longText(String kind, int length) {
    return switch (kind) {
      case "one letter" -> "a".repeat(length);
      case "random letters" ->
          new Random(1)
              .ints(length, 'a', 'z' + 1)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      case "spaces" -> " ".repeat(length);
      case "planes" -> "a\ud835\udc00".repeat(length / 3);
      case "combining marks" -> "a" + "\u0301\u0316".repeat(length / 2);
      default -> "<|im_".repeat(length / 5);
    };
  }

  private static long nanos(String text) {
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      long start = System.nanoTime();
      assertThat(TOKENIZER.encode(text)).isNotEmpty();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
