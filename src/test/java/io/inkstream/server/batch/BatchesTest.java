package io.inkstream.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.Await;
import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileLimits;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.record.Owner;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches over real files, with a drawer of the test's own.
class BatchesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDPOINT = "/v1/images/generations";
  private static final int AT_ONCE = 2;
  private static final FileLimits FILES = new FileLimits(1 << 30, 1 << 30, Duration.ofDays(30));

  @TempDir private Path folder;
  private final List<Batch> ended = new CopyOnWriteArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private volatile Instant now = Instant.now();
  private volatile Function<ObjectNode, LineAnswer> answers = body -> drawn();
  private volatile boolean holds;
  // Of all drawings; later ones have no answer.
  private volatile int answered = Integer.MAX_VALUE;
  private final AtomicInteger drawnTimes = new AtomicInteger();
  private final Queue<Held> held = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    processes.forEach(Process::stop);
  }

  @Test
  void everyRequestIsAnsweredUnderItsOwnName() throws IOException {
    var process = process();
    Batch batch = process.create(lines(3));

    Batch done = awaitEnd(process, batch);

    assertThat(done.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(done.counts()).isEqualTo(new BatchCounts(3, 3, 0));
    assertThat(done.errorFileId()).isEmpty();
    var output = output(process, done.outputFileId());
    assertThat(output)
        .extracting(line -> line.get("custom_id").asText())
        .containsExactlyInAnyOrder("r-1", "r-2", "r-3");
    JsonNode line = output.getFirst();
    assertThat(line.get("id").asText()).startsWith("batch_req_");
    assertThat(line.at("/response/status_code").asInt()).isEqualTo(200);
    assertThat(line.at("/response/request_id").asText()).startsWith("req_");
    assertThat(line.at("/response/body/data/0/b64_json").asText()).isEqualTo("AAAA");
    assertThat(line.get("error").isNull()).isTrue();
    assertThat(ended).extracting(Batch::id).containsExactly(batch.id());
    assertThat(left()).isEmpty();
  }

  @Test
  void noMoreRequestsAreInTheQueueAtOnceThanTheirShare() throws IOException {
    holds = true;
    var process = process();
    Batch first = process.create(lines(10));
    Batch second = process.create(lines(10));

    Await.until("as many as may are drawn", () -> held.size() == AT_ONCE);
    for (int i = 0; i < 20; i++) {
      Await.until("the next is drawn", () -> !held.isEmpty());
      assertThat(held).hasSizeLessThanOrEqualTo(AT_ONCE);
      held.remove().answer().complete(drawn());
    }

    assertThat(awaitEnd(process, first).counts().completed()).isEqualTo(10);
    assertThat(awaitEnd(process, second).counts().completed()).isEqualTo(10);
  }

  /// The first is slow to come into the queue: what stands behind it in the file waits for that.
  @Test
  void requestsComeIntoTheQueueInTheOrderOfTheFile() throws IOException {
    var second = new CountDownLatch(1);
    var overtaken = new AtomicBoolean();
    answers =
        body -> {
          if (drawnTimes.get() == 1) {
            overtaken.set(opens(second));
          } else {
            second.countDown();
          }
          return drawn();
        };
    var process = process();

    awaitEnd(process, process.create(lines(2)));

    assertThat(overtaken).isFalse();
  }

  private static boolean opens(CountDownLatch latch) {
    try {
      return latch.await(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFileThatIsNoBatchFailsWithItsLines() throws IOException {
    var process = process();
    Batch batch =
        process.create(
            line("a", "{}")
                + "no json\n"
                + "\n"
                + line("a", "{}")
                + "{\"custom_id\":\"b\",\"method\":\"GET\",\"url\":\"/v1/images/generations\",\"body\":{}}\n"
                + "{\"custom_id\":\"c\",\"method\":\"POST\",\"url\":\"/v1/other\",\"body\":{}}\n"
                + "{\"custom_id\":\"d\",\"method\":\"POST\",\"url\":\"/v1/images/generations\"}\n"
                + "{\"method\":\"POST\",\"url\":\"/v1/images/generations\",\"body\":{}}\n"
                + line("e", "{\"prompt\":\"" + "a".repeat(2000) + "\"}"));

    Batch done = awaitEnd(process, batch);

    assertThat(done.status()).isEqualTo(BatchStatus.FAILED);
    assertThat(done.errors())
        .extracting(error -> error.line().getAsLong() + " " + error.code())
        .containsExactly(
            "2 invalid_json_line",
            "4 duplicate_custom_id",
            "5 invalid_method",
            "6 mismatched_endpoint",
            "7 missing_required_parameter",
            "8 missing_required_parameter",
            "9 line_too_large");
    assertThat(drawnTimes).hasValue(0);
  }

  @Test
  void anEmptyFileAndOneWithTooManyRequestsFail() throws IOException {
    var process = process();

    Batch empty = awaitEnd(process, process.create("\n\n"));
    Batch large = awaitEnd(process, process.create(lines(2001)));

    assertThat(empty.errors()).extracting(BatchError::code).containsExactly("empty_file");
    assertThat(large.errors()).extracting(BatchError::code).containsExactly("too_many_requests");
  }

  @Test
  void aRefusedRequestIsInTheErrorFileAndTheOthersAreDrawn() throws IOException {
    answers =
        body ->
            body.get("n").asInt() == 2
                ? new LineAnswer.Refused(400, "{\"error\":{}}".getBytes(StandardCharsets.UTF_8))
                : drawn();
    var process = process();

    Batch done = awaitEnd(process, process.create(lines(3)));

    assertThat(done.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(done.counts()).isEqualTo(new BatchCounts(3, 2, 1));
    assertThat(output(process, done.outputFileId())).hasSize(2);
    JsonNode error = output(process, done.errorFileId()).getFirst();
    assertThat(error.get("custom_id").asText()).isEqualTo("r-2");
    assertThat(error.at("/response/status_code").asInt()).isEqualTo(400);
    assertThat(error.at("/response/body/error").isObject()).isTrue();
  }

  @Test
  void whatCannotBeDrawnNowIsDrawnLater() throws IOException {
    var times = new AtomicInteger();
    answers =
        body -> times.incrementAndGet() < 4 ? new LineAnswer.NotNow(Duration.ofMillis(5)) : drawn();
    var process = process();

    assertThat(awaitEnd(process, process.create(lines(1))).counts().completed()).isEqualTo(1);
  }

  @Test
  void whatWasDrawnUntilACancellationStays() throws IOException {
    // Given
    holds = true;
    var process = process();
    Batch batch = process.create(lines(10));
    Await.until("it is drawn", () -> held.size() == AT_ONCE);
    held.remove().answer().complete(drawn());
    Await.until(
        "one is done",
        () -> process.batches.find(batch.id()).orElseThrow().counts().completed() == 1);

    // When
    Batch cancelling = process.batches.cancel(batch.id()).orElseThrow();

    // Then
    assertThat(cancelling.status()).isEqualTo(BatchStatus.CANCELLING);
    Batch done = awaitEnd(process, batch);
    assertThat(done.status()).isEqualTo(BatchStatus.CANCELLED);
    assertThat(output(process, done.outputFileId())).hasSize(1);
    assertThat(process.batches.cancel(batch.id()).orElseThrow().status())
        .isEqualTo(BatchStatus.CANCELLED);
  }

  @Test
  void whatIsNotDrawnInItsTimeIsInTheErrorFile() throws IOException {
    holds = true;
    var process = process();
    Batch batch = process.create(lines(5));
    Await.until("it is drawn", () -> held.size() == AT_ONCE);
    held.remove().answer().complete(drawn());

    now = now.plus(Duration.ofHours(24));

    Batch done = awaitEnd(process, batch);
    assertThat(done.status()).isEqualTo(BatchStatus.EXPIRED);
    assertThat(done.counts()).isEqualTo(new BatchCounts(5, 1, 4));
    assertThat(output(process, done.errorFileId()))
        .hasSize(4)
        .allMatch(line -> line.at("/error/code").asText().equals("batch_expired"))
        .allMatch(line -> line.get("response").isNull());
  }

  @Test
  void aBatchOfAThousandGoesOnAfterEachOfManyKillsWithNoneLostAndNoneTwice() throws IOException {
    // Given: answers of which four lives have too few, and five enough
    int each = 240;
    answered = each;
    Process process = process();
    Batch batch = process.create(lines(1000));

    // When
    for (int i = 0; i < 4; i++) {
      Process killed = process;
      Await.until("it draws what is not answered", () -> killed.stuck.get() == AT_ONCE);
      killed.kill(AT_ONCE);
      cutInHalf(batch);
      answered = drawnTimes.get() + each;
      process = process();
      process.batches.takeOver();
    }

    // Then
    Batch done = awaitEnd(process, batch);
    assertThat(done.counts()).isEqualTo(new BatchCounts(1000, 1000, 0));
    assertThat(output(process, done.outputFileId()))
        .extracting(line -> line.get("custom_id").asText())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 1000).mapToObj(i -> "r-" + i).toList());
  }

  /// As a kill leaves it that comes while a line is written.
  private void cutInHalf(Batch batch) throws IOException {
    Path output = folder.resolve("batches").resolve(batch.id() + ".output");
    Files.writeString(output, "{\"id\":\"batch_req_", StandardOpenOption.APPEND);
  }

  @Test
  void aRequestThatEndsEachProcessIsGivenUpAfterThree() throws IOException {
    // Given
    holds = true;
    Process process = process();
    Batch batch = process.create(lines(1));

    // When
    for (int i = 0; i < 3; i++) {
      Await.until("it is drawn", () -> !held.isEmpty());
      process.kill(1);
      held.clear();
      process = process();
      process.batches.takeOver();
    }

    // Then
    Batch done = awaitEnd(process, batch);
    assertThat(output(process, done.errorFileId()).getFirst().at("/error/code").asText())
        .isEqualTo("request_failed_repeatedly");
    assertThat(drawnTimes).hasValue(3);
  }

  @Test
  void anOrderlyStopTakesNoTry() throws IOException {
    holds = true;
    Process process = process();
    Batch batch = process.create(lines(1));
    for (int i = 0; i < 4; i++) {
      Await.until("it is drawn", () -> !held.isEmpty());
      process.batches.drain();
      held.remove().answer().complete(new LineAnswer.NotNow(Duration.ofMinutes(1)));
      process.stop();
      process = process();
      process.batches.takeOver();
    }
    Await.until("it is drawn", () -> !held.isEmpty());
    held.remove().answer().complete(drawn());

    assertThat(awaitEnd(process, batch).counts().completed()).isEqualTo(1);
  }

  @Test
  void anotherProcessWithTheFolderTellsOfABatchAndCancelsIt() throws IOException {
    holds = true;
    var draws = process();
    var other = process();
    Batch batch = draws.create(lines(3));
    Await.until("it is drawn", () -> held.size() == AT_ONCE);
    other.batches.takeOver();

    assertThat(other.batches.running()).isZero();
    assertThat(other.batches.list()).extracting(Batch::id).containsExactly(batch.id());
    assertThat(other.batches.cancel(batch.id())).isPresent();

    assertThat(awaitEnd(draws, batch).status()).isEqualTo(BatchStatus.CANCELLED);
    assertThat(other.batches.find(batch.id()).orElseThrow().status())
        .isEqualTo(BatchStatus.CANCELLED);
  }

  @Test
  void anInputFileThatIsDeletedMeanwhileFailsTheBatch() throws IOException {
    holds = true;
    var process = process();
    Batch batch = process.create(lines(3));
    Await.until("it is drawn", () -> held.size() == AT_ONCE);
    process.kill(AT_ONCE);
    held.clear();
    var next = process();
    assertThat(next.files.delete(batch.order().inputFileId())).isTrue();

    next.batches.takeOver();

    Batch done = awaitEnd(next, batch);
    assertThat(done.status()).isEqualTo(BatchStatus.FAILED);
    assertThat(done.errors()).extracting(BatchError::code).containsExactly("invalid_file");
  }

  private static LineAnswer drawn() {
    return new LineAnswer.Drawn(
        Stream.of("{\"data\":[{\"b64_json\":\"", "AAAA", "\"}]}")
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .iterator());
  }

  private static String lines(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> line("r-" + i, "{\"n\":" + i + "}"))
        .collect(Collectors.joining());
  }

  private static String line(String id, String body) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":%s}\n"
        .formatted(id, ENDPOINT, body);
  }

  private Batch awaitEnd(Process process, Batch batch) {
    Await.until("it ends", () -> process.batches.find(batch.id()).orElseThrow().status().isEnd());
    return process.batches.find(batch.id()).orElseThrow();
  }

  private static List<JsonNode> output(Process process, Optional<String> id) throws IOException {
    var file = process.files.find(id.orElseThrow()).orElseThrow();
    assertThat(file.purpose()).isEqualTo("batch_output");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(process.files.contents(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /// What is left of batches beside their records.
  private List<Path> left() throws IOException {
    try (var all = Files.list(folder.resolve("batches"))) {
      return all.filter(path -> !path.toString().endsWith(".json")).toList();
    }
  }

  private record Held(CompletableFuture<LineAnswer> answer) implements LineDrawer.Drawing {
    @Override
    public void close() {
      answer.complete(new LineAnswer.NotNow(Duration.ofMinutes(1)));
    }
  }

  private Process process() {
    var process = new Process();
    processes.add(process);
    return process;
  }

  /// What a server's process has of batches.
  private final class Process implements LineDrawer {
    private final Owner owner = new Owner(folder);
    private final FileStore files = new FileStore(records("files"), FILES, () -> now);
    private final Batches batches =
        new Batches(
            records("batches"),
            files,
            this,
            new BatchLimits(2000, 1000, AT_ONCE, Duration.ofDays(30)),
            event -> {},
            ended::add,
            () -> now);
    // Drawings that have no answer.
    private final AtomicInteger stuck = new AtomicInteger();
    private volatile boolean killed;

    private RecordFolder records(String name) {
      return new RecordFolder(new StoreFolder(folder.resolve(name), false), owner);
    }

    Batch create(String input) throws IOException {
      String id = ClientFile.newId();
      Path draft = files.draft(id);
      Files.writeString(draft, input);
      var _ = files.keep(id, draft, "requests.jsonl", "batch", Optional.empty());
      return batches
          .create(
              new BatchOrder(
                  ENDPOINT,
                  id,
                  "24h",
                  Duration.ofHours(24),
                  Map.of(),
                  Optional.empty(),
                  Optional.empty(),
                  URI.create("http://localhost/")))
          .orElseThrow();
    }

    @Override
    public boolean drawsHere() {
      return true;
    }

    @Override
    public Drawing draw(String name, ObjectNode body, URI links) {
      int number = drawnTimes.incrementAndGet();
      var drawing = new Held(new CompletableFuture<>());
      if (killed || number > answered) {
        stuck.incrementAndGet();
      } else if (holds) {
        stuck.incrementAndGet();
        held.add(drawing);
      } else {
        drawing.answer().complete(answers.apply(body));
      }
      return drawing;
    }

    @Override
    public String model() {
      return "model";
    }

    /// Its drawings never end, and its lock is let go of: as `kill -9` does it.
    ///
    /// @param requests that are drawn then: when they are, nothing else of it happens any more
    void kill(int requests) {
      killed = true;
      Await.until("nothing happens any more", () -> stuck.get() == requests);
      owner.close();
    }

    void stop() {
      batches.close();
      Await.until("its batches have stopped", () -> killed || batches.running() == 0);
      owner.close();
    }
  }
}
