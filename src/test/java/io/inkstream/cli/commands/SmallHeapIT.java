package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.inkstream.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged server with a heap of 64 MB: every request has an answer, and the server lives.
class SmallHeapIT {
  private static final Pattern PICTURE = Pattern.compile("\"b64_json\":\"[^\"]+\"");
  private static final Pattern FITS = Pattern.compile("n may be (\\d+)");

  @TempDir private static Path folder;
  private static PackagedServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    assumeFalse(Program.isNative(), "the heap of the Java machine");
    server = PackagedServer.startOn("-Xmx64m", folder);
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
      client.close();
    }
  }

  /// Files of level 0 are as large as files get.
  @ParameterizedTest
  @CsvSource({"5, 768, false", "10, 512, true"})
  void whatFitsIsAnsweredAndWhatDoesNotIsRefusedWithWhatWould(int n, int side, boolean stream)
      throws Exception {
    HttpResponse<String> answer = draw(n, side, stream);
    int fits = n;
    if (answer.statusCode() == 400) {
      var would = FITS.matcher(answer.body());
      assertThat(would.find()).as(answer.body()).isTrue();
      fits = Integer.parseInt(would.group(1));
      assertThat(fits).isLessThan(n);
      answer = draw(fits, side, stream);
    }

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(PICTURE.matcher(answer.body()).results()).hasSize(fits);
    assertThat(answer.body()).endsWith(stream ? "\n\n" : "}").doesNotContain("event: error");
    Await.until("nothing runs", () -> server.gauge("inkstream_queue_running") == 0);
  }

  @Test
  void aPictureThatNeverFitsIsRefused() throws Exception {
    HttpResponse<String> answer = draw(1, 2048, false);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"param\":\"size\"", "of the Java heap", "would fit");
  }

  @Test
  void manyLongPromptsAreRememberedWithinTheirShare() throws Exception {
    var random = new Random(3);
    for (int i = 0; i < 40; i++) {
      String prompt =
          random
              .ints(480, 0, 9999)
              .mapToObj(word -> "sun" + (char) ('a' + word % 26) + word % 7)
              .collect(Collectors.joining(" "));
      assertThat(post("{\"prompt\":\"" + prompt + "\",\"size\":\"64x64\"").statusCode())
          .isEqualTo(200);
    }

    assertThat(server.gauge("inkstream_prompts_remembered")).isPositive();
    assertThat(server.gauge("inkstream_prompts_remembered_bytes")).isBetween(1.0, 4.0 * (1 << 20));
  }

  private static HttpResponse<String> draw(int n, int side, boolean stream) throws Exception {
    return post(
        "{\"prompt\":\"a\",\"n\":%d,\"size\":\"%dx%d\",\"output_compression\":0,\"stream\":%s"
            .formatted(n, side, side, stream));
  }

  private static HttpResponse<String> post(String start) throws Exception {
    String body = start + ",\"num_inference_steps\":1,\"true_cfg_scale\":1}";
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/images/generations"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(4))
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
