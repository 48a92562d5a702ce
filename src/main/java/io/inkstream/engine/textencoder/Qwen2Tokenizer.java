package io.inkstream.engine.textencoder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Qwen2's byte-level BPE tokenizer, as Hugging Face's `Qwen2TokenizerFast`: added tokens first,
/// NFC on the text between them, a split into words, then merges of bytes. Immutable; any number of
/// threads may use one.
public final class Qwen2Tokenizer {
  private final Vocabulary vocabulary;
  private final BytePairEncoding bpe;
  private final AddedTokens verbatim;
  private final AddedTokens normalized;
  private final Map<String, Integer> addedIds = new HashMap<>();
  private final Map<Integer, String> addedTexts = new HashMap<>();

  private Qwen2Tokenizer(TokenizerDirectory files) {
    vocabulary = files.vocabulary();
    bpe = new BytePairEncoding(vocabulary, files.merges());
    Map<Boolean, List<AddedToken>> added =
        files.added().stream().collect(Collectors.partitioningBy(AddedToken::normalized));
    verbatim = new AddedTokens(added.getOrDefault(false, List.of()));
    normalized = new AddedTokens(added.getOrDefault(true, List.of()));
    for (AddedToken token : files.added()) {
      addedIds.put(token.content(), token.id());
      addedTexts.put(token.id(), token.content());
    }
  }

  /// Loads the tokenizer of a folder: `vocab.json` and `merges.txt`, or, where neither is there,
  /// `tokenizer.json`; with the added tokens of `added_tokens.json` and `tokenizer_config.json`.
  ///
  /// @throws TokenizerException if a file is missing or wrong
  public static Qwen2Tokenizer load(Path tokenizerDir) {
    return new Qwen2Tokenizer(TokenizerDirectory.read(tokenizerDir));
  }

  /// The token ids of a text, nothing put before or after. A lone surrogate counts as U+FFFD.
  public int[] encode(String text) {
    return encode(text, Integer.MAX_VALUE);
  }

  /// The first `maxTokens` token ids of a text.
  ///
  /// @throws IllegalArgumentException if `maxTokens` is negative
  public int[] encode(String text, int maxTokens) {
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + ", must be 0 or more");
    }
    IntList ids = new IntList();
    for (Piece piece : pieces(text)) {
      switch (piece) {
        case Piece.Token(int id) -> ids.add(id);
        case Piece.Text(String value) -> encodeWords(value, maxTokens, ids);
      }
      if (ids.size() >= maxTokens) {
        break;
      }
    }
    return ids.toArray(maxTokens);
  }

  private void encodeWords(String text, int maxTokens, IntList ids) {
    for (String word : PreTokenizer.words(text)) {
      if (ids.size() >= maxTokens) {
        return;
      }
      bpe.encode(word, ids);
    }
  }

  private List<Piece> pieces(String text) {
    return verbatim.split(wellFormed(text)).stream()
        .flatMap(piece ->
            switch (piece) {
              case Piece.Token token -> Stream.of(token);
              case Piece.Text(String value) -> normalized.split(Nfc.normalize(value)).stream();
            })
        .toList();
  }

  private static String wellFormed(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().map(Qwen2Tokenizer::scalar).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static int scalar(int codePoint) {
    boolean surrogate =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return surrogate ? 0xFFFD : codePoint;
  }

  /// The text of token ids, added tokens as they are written. Bytes that are not UTF-8 become
  /// U+FFFD.
  ///
  /// @throws IllegalArgumentException if an id has no token
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(bytes(id));
    }
    return utf8(bytes.toByteArray());
  }

  private static String utf8(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      // Java counts an encoded surrogate as one fault, the reference as three: 0xFF is always one
      if (bytes[i] == (byte) 0xED && (bytes[i + 1] & 0xE0) == 0xA0) {
        bytes[i] = (byte) 0xFF;
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private byte[] bytes(int id) {
    String added = addedTexts.get(id);
    if (added != null) {
      return added.getBytes(StandardCharsets.UTF_8);
    }
    String token = vocabulary.token(id);
    if (token == null) {
      throw new IllegalArgumentException(
          "token id " + id + " has no token; ids are below " + vocabularySize());
    }
    return ByteLevelAlphabet.bytes(token);
  }

  /// One more than the largest id, added tokens included: every id is below it.
  public int vocabularySize() {
    int added = addedTexts.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
    return Math.max(added, vocabulary.bound());
  }

  /// The id of an added token, or of a token of the vocabulary as `vocab.json` writes it.
  public OptionalInt tokenId(String token) {
    int id = addedIds.getOrDefault(token, vocabulary.id(token));
    return id == Vocabulary.ABSENT ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
