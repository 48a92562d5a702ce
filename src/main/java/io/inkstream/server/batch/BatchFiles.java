package io.inkstream.server.batch;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/// What a batch writes while it is drawn: answers, errors, what was begun. Safe for any thread.
final class BatchFiles implements AutoCloseable {
  private final String id;
  // Guarded by this.
  private final BitSet done = new BitSet();
  private final BatchOutput answers;
  private final BatchOutput errors;
  private final BatchTries tries;

  /// @param id of the batch
  BatchFiles(Path folder, String id) throws IOException {
    this.id = id;
    this.answers = new BatchOutput(answers(folder, id), done);
    this.errors = new BatchOutput(errors(folder, id), done);
    this.tries = new BatchTries(begun(folder, id));
  }

  static Path answers(Path folder, String id) {
    return folder.resolve(id + ".output");
  }

  static Path errors(Path folder, String id) {
    return folder.resolve(id + ".errors");
  }

  private static Path begun(Path folder, String id) {
    return folder.resolve(id + ".begun");
  }

  /// Deletes what is left of them.
  static void delete(Path folder, String id) throws IOException {
    Files.deleteIfExists(begun(folder, id));
    Files.deleteIfExists(answers(folder, id));
    Files.deleteIfExists(errors(folder, id));
  }

  synchronized boolean isDone(long number) {
    return done.get((int) number);
  }

  BatchTries tries() {
    return tries;
  }

  synchronized long answered() {
    return answers.count();
  }

  synchronized long failed() {
    return errors.count();
  }

  /// Writes what came of a request down.
  synchronized void write(BatchLine line, LineAnswer.Drawn drawn) throws IOException {
    answers.write(head(line) + response(200), drawn.body(), "},\"error\":null}");
    done.set((int) line.number());
  }

  synchronized void write(BatchLine line, LineAnswer.Refused refused) throws IOException {
    errors.write(
        head(line) + response(refused.status()),
        List.of(refused.body()).iterator(),
        "},\"error\":null}");
    done.set((int) line.number());
  }

  /// Of one that was not drawn.
  synchronized void write(BatchLine line, BatchError error) throws IOException {
    byte[] json = error.toJson().toString().getBytes(StandardCharsets.UTF_8);
    errors.write(head(line) + "\"response\":null,\"error\":", List.of(json).iterator(), "}");
    done.set((int) line.number());
  }

  private String head(BatchLine line) {
    return "{\"id\":\"batch_req_%s_%d\",\"custom_id\":%s,"
        .formatted(id.substring(id.indexOf('_') + 1), line.number(), new TextNode(line.customId()));
  }

  private static String response(int status) {
    return "\"response\":{\"status_code\":%d,\"request_id\":\"req_%s\",\"body\":"
        .formatted(status, UUID.randomUUID().toString().replace("-", ""));
  }

  @Override
  public synchronized void close() throws IOException {
    answers.close();
    errors.close();
  }
}
