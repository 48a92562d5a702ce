package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.cli.serving.SglangStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The benchmark against a server with SGLang's wire.
class BenchServingCommandTest {
  @TempDir private Path folder;

  private SglangStub server;

  @BeforeEach
  void start() throws IOException {
    server = new SglangStub();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theCookbooksCommandPrintsItsTable() throws IOException {
    var run =
        bench(
            "--backend sglang-image --dataset vbench --task text-to-image --num-prompts 20"
                + " --max-concurrency 20");

    assertThat(run.exitCode()).as(run.err()).isZero();
    String table = run.out().strip().replaceAll("={60}(?s).*", "=".repeat(60));
    assertThat(blank(table)).isEqualTo(blank(resource("cookbook-result.txt")));
    assertThat(table).contains("Latency P99 (s):                         0.");
    assertThat(run.out())
        .contains("Successful requests:                     20/20\n")
        .contains("Peak Memory Max (MB):                    48018.83\n")
        .containsPattern("Latency:      p50 \\d+\\.\\d{3} s  p90 .* s  max \\d");
    assertThat(server.generations()).hasSize(21);
    assertThat(server.generations().peek().get("num_inference_steps").asInt()).isEqualTo(1);
    assertThat(server.generations().stream().skip(1))
        .allSatisfy(body -> {
          assertThat(body.get("model").asText()).isEqualTo("Qwen/Qwen-Image");
          assertThat(body.get("n").asInt()).isEqualTo(1);
          assertThat(body.get("response_format").asText()).isEqualTo("b64_json");
          assertThat(body).hasSize(4);
        });
  }

  /// A table whose figures are gone: what SGLang's readers look for is left.
  private static String blank(String table) {
    return table.strip().replaceAll("(?m)(?<=: {1,40})[0-9][0-9./]*$", "0");
  }

  private static String resource(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/sglang", name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t2i", "text-to-image"})
  void theTaskHasAnOldNameToo(String task) {
    assertThat(bench("--num-prompts 1 --task " + task).out())
        .contains("Task:                                    text-to-image\n");
  }

  @Test
  void noMoreAreOpenThanMayBe() {
    assertThat(bench("--num-prompts 12 --max-concurrency 3 --request-rate 500").exitCode())
        .isZero();
    assertThat(server.most()).isLessThanOrEqualTo(3);
  }

  @Test
  void whatFailsIsCountedAndSaid() throws IOException {
    Path prompts = Files.writeString(folder.resolve("p.txt"), "good\n\nbroken\nbroken\nno json\n");

    var run = bench("--dataset-path %s --num-prompts 4 --warmup-requests 0".formatted(prompts));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("Successful requests:                     1/4\n")
        .contains("\n2 failed: HTTP 500: Internal Server Error\n")
        .contains("\n1 failed: the answer is no JSON: ");
    assertThat(run.err()).contains("4/4: failed after ");
  }

  @Test
  void aTimeoutIsASettingAndIsReportedAsOne() throws IOException {
    Path prompts = Files.writeString(folder.resolve("p.txt"), "good\nlate\nlate\n");
    Path file = folder.resolve("a.json");

    var run =
        bench(
            "--dataset-path %s --num-prompts 3 --warmup-requests 0 --timeout 0.5 --max-concurrency 3 --output-file %s"
                .formatted(prompts, file));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("Successful requests:                     1/3\n")
        .contains(
            "\n2 of 3 timed out, without an answer in 0.500 s (--timeout); the server went on, and"
                + " is healthy\n");
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("timed_out_requests").asInt()).isEqualTo(2);
    assertThat(json.get("failed_requests").asInt()).isEqualTo(2);
    assertThat(json.get("timeout").asDouble()).isEqualTo(0.5);
    assertThat(json.get("server_healthy_after").asBoolean()).isTrue();
  }

  @Test
  void theFileHasTheKeysThatSglangWrites() throws IOException {
    Path file = folder.resolve("a.json");
    Path histogram = folder.resolve("a.hgrm");

    bench(
        "--num-prompts 4 --num-outputs-per-prompt 2 --slo --width 512 --height 512 --num-inference-steps 20 --output-file %s --histogram %s"
            .formatted(file, histogram));

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.fieldNames())
        .toIterable()
        .startsWith(
            "duration",
            "completed_requests",
            "completed_outputs",
            "failed_requests",
            "throughput_qps",
            "output_throughput_ops",
            "latency_mean",
            "latency_median",
            "latency_p50",
            "latency_p90",
            "latency_p95",
            "latency_p99",
            "num_outputs_per_prompt",
            "peak_memory_mb_max",
            "peak_memory_mb_mean",
            "peak_memory_mb_median",
            "slo_attainment_rate",
            "slo_met_success",
            "slo_scale");
    assertThat(json.get("completed_outputs").asInt()).isEqualTo(8);
    assertThat(json.get("timeout").isNull()).isTrue();
    assertThat(json.get("latency_histogram").fieldNames())
        .toIterable()
        .containsExactly("p50", "p75", "p90", "p95", "p99", "p99.9", "max");
    assertThat(histogram).content().contains("TotalCount", "#[Max     =");
  }

  /// The warm-up has one step, the requests twenty: what answers in that time is far below.
  @Test
  void anSloIsWhatTheWarmUpLetsExpect() {
    var run =
        bench(
            "--num-prompts 4 --slo --width 512 --height 512 --num-inference-steps 20 --slo-scale"
                + " 2");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("SLO Attainment Rate:                     100.00%\n")
        .contains("SLO Met (Success):                       4\n")
        .contains("SLO Scale:                               2.00\n");
  }

  @Test
  void imageToImageSendsAFormWithAPicture() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.write(pictures.resolve("a red fox.PNG"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    Files.writeString(pictures.resolve("notes.txt"), "none");

    var run =
        bench(
            "--task i2i --dataset-path %s --num-prompts 2 --warmup-requests 0 --width 256 --height 128 --num-inference-steps 3"
                .formatted(pictures));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Task:                                    image-to-image\n");
    assertThat(server.edits()).hasSize(2);
    assertThat(server.edits().peek())
        .startsWith("multipart/form-data; boundary=")
        .contains("name=\"prompt\"\r\n\r\na red fox\r\n")
        .contains("name=\"n\"\r\n\r\n1\r\n")
        .contains("name=\"size\"\r\n\r\n256x128\r\n")
        .contains("name=\"num_inference_steps\"\r\n\r\n3\r\n")
        .contains("name=\"image\"; filename=\"a red fox.PNG\"\r\n")
        .contains("\r\n\r\n\u0089PNG\r\n--");
  }

  @Test
  void imageToImageHasAPictureOfItsOwn() {
    assertThat(bench("--task image-to-image --num-prompts 1").exitCode()).isZero();
    assertThat(server.edits().peek()).contains("filename=\"disc.png\"", "\u0089PNG\r\n\u001a\n");
  }

  @Test
  void aListOfPicturesIsVbenchs() throws IOException {
    Path data = Files.createDirectories(folder.resolve("v/data/origin")).getParent();
    Files.writeString(data.resolve("origin/1.jpg"), "jpeg");
    Files.writeString(
        data.resolve("i2v-bench-info.json"),
        "[{\"file_name\":\"1.jpg\",\"caption\":\"a boat\",\"type\":\"x\"}]");

    var run = bench("--task i2i --num-prompts 1 --dataset-path " + folder.resolve("v"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(server.edits().peek()).contains("a boat", "filename=\"1.jpg\"");
  }

  @Test
  void aKeyIsSentThatTheServerWants() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "secret\n");
    bench("--num-prompts 1 --warmup-requests 0 --api-key-file " + key);
    assertThat(server.keys()).containsExactly("Bearer secret");
  }

  @Test
  void profilesAreDrawnByTheirWeights() {
    var run =
        CapturedRun.of(
            words(
                "--dataset random --num-prompts 40 --max-concurrency 8 --warmup-requests 0",
                "--random-request-config",
                "[{\"width\":512,\"height\":256,\"weight\":0.75},{\"num_inference_steps\":7,\"weight\":0.25}]",
                "--extra-body",
                "{\"seed\":5}"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    var asked = server.generations();
    assertThat(asked).allSatisfy(body -> assertThat(body.get("seed").asInt()).isEqualTo(5));
    assertThat(asked.stream().filter(body -> body.path("size").asText().equals("512x256")).count())
        .isBetween(20L, 38L);
    assertThat(asked.stream().anyMatch(body -> body.path("num_inference_steps").asInt() == 7))
        .isTrue();
  }

  @Test
  void twoResultsStandSideBySide() throws IOException {
    Path a = folder.resolve("a.json");
    Path b =
        Files.writeString(
            folder.resolve("sglang.json"),
            "{\"duration\": 4.0, \"completed_requests\": 2, \"latency_mean\": 2.0}");
    bench("--num-prompts 2 --output-file " + a);

    var same = CapturedRun.of("bench", "compare", a, a);
    var other = CapturedRun.of("bench", "compare", b, a);

    assertThat(same.exitCode()).isZero();
    assertThat(same.out())
        .contains("latency_p99", "completed_requests")
        .containsPattern("duration +\\d+\\.\\d+ +\\d+\\.\\d+ +1\\.000")
        .doesNotContain("not the same load");
    assertThat(other.out())
        .containsPattern("completed_requests +2 +2 +1\\.000")
        .containsPattern("latency_p99 +- +0\\.\\d+\n");
  }

  @Test
  void anotherLoadIsSaid() throws IOException {
    Path a = folder.resolve("a.json");
    Path b = folder.resolve("b.json");
    bench("--num-prompts 2 --output-file " + a);
    bench("--num-prompts 2 --max-concurrency 2 --output-file " + b);

    assertThat(CapturedRun.of("bench", "compare", a, b).out())
        .contains("not the same load: max_concurrency is 1 in A and 2 in B\n");
  }

  @Test
  void whatIsNoResultIsNotCompared() throws IOException {
    Path text = Files.writeString(folder.resolve("a.json"), "{");
    Path other = Files.writeString(folder.resolve("b.json"), "[1]");

    assertThat(CapturedRun.of("bench", "compare", text, text).err())
        .startsWith("inkstream: " + text + ": is no JSON: ")
        .hasLineCount(1);
    assertThat(CapturedRun.of("bench", "compare", other, other).err())
        .startsWith("inkstream: " + other + ": is no result of a serving benchmark: ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --backend vllm            | --backend is 'vllm', must be sglang-image, sglang
          --backend sglang-video    | --backend is 'sglang-video', must be sglang-image, sglang
          --task text-to-video      | --task text-to-video is refused: Qwen-Image draws pictures, no films
          --task 3d                 | --task is '3d', must be text-to-image, t2i, image-to-image, i2i, ti2i
          --fps 24                  | --fps is refused: Qwen-Image draws pictures, no films
          --num-frames 2            | --num-frames is '2', must be 1: Qwen-Image draws pictures, no films
          --request-rate 0          | --request-rate is '0.0', must be a number above 0, or inf
          --request-rate NaN        | --request-rate is 'NaN', must be a number above 0, or inf
          --num-prompts 0           | --num-prompts is '0', must be 1 or more
          --timeout -1              | --timeout is '-1.0', must be 0 or more
          --extra-body []           | --extra-body is '[]', must be a JSON object
          --extra-body {            | --extra-body is '{', must be JSON
          --dataset coco            | --dataset is 'coco', must be vbench, random
          --width 512               | --width and --height go together: one of them is missing
          --slo --width 8 --height 8| --slo needs --width, --height and --num-inference-steps
          --log-level loud          | --log-level is 'loud', must be DEBUG, INFO, WARNING, ERROR
          --base-url localhost:1    | --base-url is 'localhost:1', must be like http://localhost:30000
          --random-request-config []| --random-request-config goes with --dataset random, not vbench
          --dataset random --random-request-config [{"weight":1,"fps":2}] | --random-request-config is '[{"weight":1,"fps":2}]', must be a JSON list of objects with a weight above 0
          --dataset random --dataset-path x | --dataset-path goes with --dataset vbench, not random
          """)
  void wrongValuesAreRefusedInOneLine(String words, String message) {
    var run = bench(words);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("inkstream: " + message).hasLineCount(1);
    assertThat(server.generations()).isEmpty();
  }

  @Test
  void filesThatAreMissingOrEmptyAreNamed() throws IOException {
    Path none = folder.resolve("none.txt");
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\n");

    assertThat(bench("--dataset-path " + none).err())
        .isEqualTo("inkstream: " + none + ": does not exist\n");
    assertThat(bench("--dataset-path " + empty).err())
        .isEqualTo("inkstream: " + empty + ": has no prompt\n");
    assertThat(bench("--task i2i --dataset-path " + folder).err())
        .isEqualTo("inkstream: " + folder + ": has no picture: .jpg, .jpeg, .png or .webp\n");
  }

  private CapturedRun bench(String words) {
    return CapturedRun.of(words(words));
  }

  private Object[] words(String words, String... more) {
    List<Object> all = new ArrayList<>(List.of("bench", "serving"));
    if (!words.contains("--base-url")) {
      all.addAll(List.of("--base-url", server.url()));
    }
    all.addAll(List.of(words.split(" ")));
    all.addAll(List.of(more));
    return all.toArray();
  }
}
