package io.inkstream.engine.textencoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/// What a tokenizer's folder holds, read and checked.
///
/// @param vocabulary BPE's tokens
/// @param merges BPE's merges
/// @param added tokens that are matched whole
record TokenizerDirectory(Vocabulary vocabulary, MergeTable merges, List<AddedToken> added) {
  /// Reads `vocab.json` and `merges.txt`, or `tokenizer.json` where both are missing; added tokens
  /// from every file that may list them.
  static TokenizerDirectory read(Path directory) {
    TokenizerFile vocab = file(directory, "vocab.json");
    TokenizerFile merges = file(directory, "merges.txt");
    TokenizerFile single = file(directory, "tokenizer.json");
    if (!vocab.exists() && !merges.exists() && single.exists()) {
      return readSingle(directory, single);
    }
    Vocabulary vocabulary = Vocabulary.read(vocab, vocab.json());
    MergeTable table = MergeReader.readLines(merges, vocabulary);
    AddedTokenReader added = new AddedTokenReader(vocabulary);
    return new TokenizerDirectory(vocabulary, table, readAdded(directory, added));
  }

  private static TokenizerDirectory readSingle(Path directory, TokenizerFile single) {
    JsonNode root = single.json();
    JsonNode model = single.object(root.path("model"), "model");
    Vocabulary vocabulary = Vocabulary.read(single, model.path("vocab"));
    MergeTable table = MergeReader.readArray(single, vocabulary, model.path("merges"));
    AddedTokenReader added = new AddedTokenReader(vocabulary);
    added.readList(single, root.path("added_tokens"));
    return new TokenizerDirectory(vocabulary, table, readAdded(directory, added));
  }

  private static List<AddedToken> readAdded(Path directory, AddedTokenReader added) {
    TokenizerFile ids = file(directory, "added_tokens.json");
    if (ids.exists()) {
      added.readIds(ids);
    }
    // after the plain ids: this file also tells how each is matched
    TokenizerFile config = file(directory, "tokenizer_config.json");
    if (config.exists()) {
      added.readDecoder(config);
    }
    return added.tokens();
  }

  private static TokenizerFile file(Path directory, String name) {
    return new TokenizerFile(directory.resolve(name));
  }
}
