package io.inkstream.engine.textencoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;

/// Reads merges, in the order of their ranks, from either of the two files that list them.
final class MergeReader {
  private static final String VERSION = "#version";

  private final TokenizerFile file;
  private final Vocabulary vocabulary;
  private final MergeTable table;
  private int count;

  private MergeReader(TokenizerFile file, Vocabulary vocabulary, int capacity) {
    this.file = file;
    this.vocabulary = vocabulary;
    this.table = new MergeTable(capacity);
  }

  /// Reads `merges.txt`: a pair a line, the two parted by a space.
  static MergeTable readLines(TokenizerFile file, Vocabulary vocabulary) {
    List<String> lines = file.text().lines().toList();
    MergeReader reader = new MergeReader(file, vocabulary, lines.size());
    for (int i = 0; i < lines.size(); i++) {
      boolean header = i == 0 && lines.get(i).startsWith(VERSION);
      if (!header && !lines.get(i).isEmpty()) {
        int line = i + 1;
        reader.addLine(lines.get(i), () -> "line " + line);
      }
    }
    return reader.table;
  }

  /// Reads the array of `tokenizer.json`: each merge is `"a b"` or `["a", "b"]`.
  static MergeTable readArray(TokenizerFile file, Vocabulary vocabulary, JsonNode merges) {
    if (!merges.isArray()) {
      throw file.failure("model.merges is not a JSON array");
    }
    MergeReader reader = new MergeReader(file, vocabulary, merges.size());
    for (JsonNode merge : merges) {
      reader.addNode(merge);
    }
    return reader.table;
  }

  private void addNode(JsonNode merge) {
    int at = count;
    Supplier<String> where = () -> "model.merges[" + at + "]";
    if (merge.isTextual()) {
      addLine(merge.textValue(), where);
    } else if (merge.size() == 2 && merge.path(0).isTextual() && merge.path(1).isTextual()) {
      add(merge.path(0).textValue(), merge.path(1).textValue(), where);
    } else {
      throw file.failure(where.get() + " is not a merge of two tokens: " + shown(merge.toString()));
    }
  }

  private void addLine(String line, Supplier<String> where) {
    int space = line.indexOf(' ');
    if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
      throw file.failure(where.get() + " is not a merge of two tokens: " + shown(line));
    }
    add(line.substring(0, space), line.substring(space + 1), where);
  }

  private void add(String left, String right, Supplier<String> where) {
    table.add(id(left, where), id(right, where), id(left + right, where));
    count++;
  }

  private int id(String token, Supplier<String> where) {
    int id = vocabulary.id(token);
    if (id == Vocabulary.ABSENT) {
      throw file.failure(where.get() + " names " + shown(token) + ", not in the vocabulary");
    }
    return id;
  }

  private static String shown(String text) {
    return TokenizerFile.quote(text);
  }
}
