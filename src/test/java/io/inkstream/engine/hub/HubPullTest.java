package io.inkstream.engine.hub;

import static io.inkstream.engine.hub.FakeHub.COMMIT;
import static io.inkstream.engine.hub.FakeHub.cutAfter;
import static io.inkstream.engine.hub.FakeHub.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.inkstream.Await;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.textencoder.Qwen2Tokenizer;
import io.inkstream.engine.weights.HubCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubPullTest {
  private static final String NAME = "Qwen/Qwen-Test";
  private static final String ADAPTER = "adapter.safetensors";
  private static final String SHARD = "transformer/model-00001-of-00002.safetensors";
  private static final Patience SHORT =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          4,
          Duration.ofMillis(10),
          Duration.ofSeconds(3),
          1 << 20,
          Duration.ofSeconds(10),
          1);

  @TempDir Path dir;
  private final FakeHub hub = new FakeHub(NAME);
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void environment() {
    environment.put("HF_HUB_CACHE", dir.resolve("hub").toString());
    environment.put("HF_HOME", dir.resolve("home").toString());
    environment.put("HF_ENDPOINT", hub.endpoint());
  }

  @AfterEach
  void close() throws IOException {
    hub.close();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void model() {
    hub.with("README.md", "pictures")
        .with("example.png", random(70_000))
        .with("pipeline.py", "import os")
        .with(
            "model_index.json",
            """
            {"_class_name": "QwenImagePipeline", "transformer": ["diffusers", "T"],
             "tokenizer": ["transformers", "Q"], "vae": ["diffusers", "V"], "gone": [null, null]}\
            """)
        .with("tokenizer/vocab.json", "{\"a\": 1}")
        .with("tokenizer/merges.txt", "a b")
        .with("transformer/config.json", "{}")
        .with("transformer/model.fp16.safetensors", random(9))
        .with("transformer/pytorch_model.bin", random(80_000))
        .with(
            "transformer/model.safetensors.index.json",
            """
            {"weight_map": {"a": "model-00001-of-00002.safetensors",
                            "b": "model-00002-of-00002.safetensors"}}\
            """)
        .with(SHARD, random(300_000))
        .with("transformer/model-00002-of-00002.safetensors", random(100_000))
        .with("vae/config.json", "{\"z_dim\": 16}")
        .with("vae/diffusion_pytorch_model.safetensors", random(500))
        .with("unused/model.safetensors", random(500));
  }

  private static Wanted.Model wholeModel() {
    return new Wanted.Model(NAME, Optional.empty(), Set.of("transformer", "vae"));
  }

  private Wanted adapter() {
    hub.with(ADAPTER, random(200_000));
    return new Wanted.OneFile(NAME, Optional.empty(), ADAPTER);
  }

  private HubPull pull(Wanted wanted) {
    return pull(wanted, SHORT);
  }

  private HubPull pull(Wanted wanted, Patience patience) {
    return new HubPull(HubAccess.of(environment), List.of(wanted), notes::add, patience);
  }

  private void fetch(Wanted wanted) throws InterruptedException {
    fetch(wanted, SHORT);
  }

  private void fetch(Wanted wanted, Patience patience) throws InterruptedException {
    try (var pull = pull(wanted, patience)) {
      pull.configurations();
      pull.weights();
    }
  }

  private void assertRefused(Wanted wanted, String... parts) {
    assertThatThrownBy(() -> fetch(wanted))
        .isExactlyInstanceOf(HubException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  private Path repository() {
    return dir.resolve("hub/models--Qwen--Qwen-Test");
  }

  private Path blob(byte[] bytes) {
    return repository().resolve("blobs").resolve(FakeHub.hex("SHA-256", bytes));
  }

  private Path place(Wanted wanted) {
    return wanted.in(HubCache.resolve(NAME, environment));
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aModelIsFetchedWithNothingThatIsNotNeeded() throws Exception {
    // Given
    model();
    // When
    fetch(wholeModel());
    // Then
    assertThat(hub.fetched())
        .containsExactlyInAnyOrder(
            "model_index.json",
            "tokenizer/vocab.json",
            "tokenizer/merges.txt",
            "transformer/config.json",
            "transformer/model.safetensors.index.json",
            SHARD,
            "transformer/model-00002-of-00002.safetensors",
            "vae/config.json",
            "vae/diffusion_pytorch_model.safetensors");
    Path snapshot = HubCache.resolve(NAME, environment);
    assertThat(snapshot).isEqualTo(repository().resolve("snapshots").resolve(COMMIT));
    assertThat(snapshot.resolve(SHARD)).isSymbolicLink().hasBinaryContent(random(300_000));
    assertThat(Files.readSymbolicLink(snapshot.resolve(SHARD)))
        .isEqualTo(Path.of("../../../blobs", FakeHub.hex("SHA-256", random(300_000))));
    assertThat(repository().resolve("refs/main")).hasContent(COMMIT);
    assertThat(names(repository().resolve("blobs"))).noneMatch(name -> name.contains("incomplete"));
  }

  @Test
  void configurationsComeFirstSoThatAServerKnowsItsModel() throws Exception {
    model();
    try (var pull = pull(wholeModel())) {
      pull.configurations();
      assertThat(hub.fetched())
          .contains("vae/config.json")
          .noneMatch(file -> file.endsWith(".safetensors"));
      assertThat(HubCache.resolve(NAME, environment).resolve("transformer/config.json")).exists();
      assertThat(wholeModel().isHere(environment)).isFalse();
      pull.weights();
      assertThat(wholeModel().isHere(environment)).isTrue();
      assertThat(pull.state().bytes()).isEqualTo(pull.state().allBytes()).isGreaterThan(400_000);
      assertThat(pull.state().files()).isEqualTo(pull.state().allFiles()).isEqualTo(9);
    }
  }

  @Test
  void whoDoesNotSayWhatItIsGetsAPipelineOrTheWeights() throws Exception {
    var any = new Wanted.Any(NAME, Optional.empty(), Set.of("vae"));
    hub.with(ADAPTER, random(501)).with("README.md", "words");
    fetch(any);
    assertThat(hub.fetched()).containsExactly(ADAPTER);
    assertThat(any.isHere(environment)).isTrue();
    model();
    fetch(any);
    assertThat(hub.fetched()).contains("vae/diffusion_pytorch_model.safetensors");
  }

  @Test
  void offlineNobodyIsAsked() {
    environment.put("HF_HUB_OFFLINE", "1");
    assertThatThrownBy(() -> HubAccess.of(environment))
        .isExactlyInstanceOf(HubException.class)
        .hasMessageContaining("HF_HUB_OFFLINE");
  }

  /// Its tokenizer lies in `processor`, with the rest of what makes prompts.
  @Test
  void qwenImage21IsFetchedWithItsProcessor() throws Exception {
    Path tiny = Path.of("src/test/resources/goldens/qwen21/tiny21");
    hub.withFolder(tiny);
    var wanted =
        new Wanted.Model(NAME, Optional.empty(), Set.of("transformer", "text_encoder", "vae"));

    fetch(wanted);

    var snapshot = QwenImageSnapshot.open(place(wanted), Optional.empty());
    assertThat(snapshot.pipelineClass()).hasToString("QwenImage21Pipeline");
    assertThat(snapshot.transformer().tensors()).hasSize(45);
    assertThat(Qwen2Tokenizer.load(snapshot.tokenizer()).encode("a fox"))
        .isEqualTo(Qwen2Tokenizer.load(tiny.resolve("processor")).encode("a fox"));
  }

  @Test
  void aNetworkThatComesFromElsewhereIsNotFetched() throws Exception {
    model();
    fetch(new Wanted.Model(NAME, Optional.empty(), Set.of("vae")));
    assertThat(hub.fetched()).contains("transformer/config.json").doesNotContain(SHARD);
  }

  @Test
  void whatIsThereIsNotFetchedAgain() throws Exception {
    model();
    fetch(wholeModel());
    assertThat(notes).containsExactly(NAME + ": 400.5 KB come into " + dir.resolve("hub"));
    hub.asked.clear();
    notes.clear();
    fetch(wholeModel());
    assertThat(hub.fetched()).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void aPartThatIsGoneIsFetchedAlone() throws Exception {
    model();
    fetch(wholeModel());
    Files.delete(blob(random(300_000))); // its link leads nowhere now
    assertThat(wholeModel().isHere(environment)).isFalse();
    hub.asked.clear();
    fetch(wholeModel());
    assertThat(hub.fetched()).containsExactly(SHARD);
    assertThat(wholeModel().isHere(environment)).isTrue();
  }

  @Test
  void anUpdateLeavesTheOldSnapshotUntilItIsWhole() throws Exception {
    // Given an older snapshot that is whole
    model();
    fetch(wholeModel());
    Path snapshots = repository().resolve("snapshots");
    Files.move(snapshots.resolve(COMMIT), snapshots.resolve("0".repeat(40)));
    Files.writeString(repository().resolve("refs/main"), "0".repeat(40));
    // When a newer one is begun
    try (var pull = pull(wholeModel())) {
      pull.configurations();
      // Then
      assertThat(HubCache.resolve(NAME, environment)).endsWith(Path.of("0".repeat(40)));
      pull.weights();
      assertThat(HubCache.resolve(NAME, environment)).endsWith(Path.of(COMMIT));
    }
  }

  @Test
  void aCutConnectionIsResumedWhereItEnded() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, cutAfter(50_000), cutAfter(70_000));
    fetch(wanted);
    // The client may not have read the last of what came before it hears of the end.
    var starts =
        hub.asked.stream().filter(one -> one.host().equals("blobs")).map(FakeHub.Asked::start);
    assertThat(starts.toList()).hasSize(3).startsWith(0).isSorted().doesNotHaveDuplicates();
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void anotherPullGoesOnWhereOneFailed() throws Exception {
    var wanted = adapter();
    var nothing = cutAfter(0);
    hub.failing(ADAPTER, cutAfter(80_000), nothing, nothing, nothing);
    assertRefused(wanted, NAME + "/" + ADAPTER, "4 attempts", "what has come is kept");
    assertThat(blob(random(200_000))).doesNotExist();
    hub.asked.clear();
    fetch(wanted);
    assertThat(hub.asked.getLast().start()).isBetween(1, 80_000);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void aServerWithoutRangesBeginsAnew() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, cutAfter(50_000), (_, file, out) -> FakeHub.whole(out, file));
    fetch(wanted);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void anotherRangeThanTheAskedOneIsNotTaken() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, cutAfter(50_000), (_, file, out) -> FakeHub.from(out, file, 60_000));
    fetch(wanted);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void wrongBytesAreRefusedAndDeleted() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, (_, file, out) -> FakeHub.whole(out, new byte[file.length]));
    assertRefused(wanted, ADAPTER, "does not have the checksum", "deleted");
    assertThat(names(repository().resolve("blobs"))).isEmpty();
    assertThat(wanted.isHere(environment)).isFalse();
  }

  @Test
  void wrongBytesOfASmallFileAreRefusedToo() {
    model();
    hub.failing("vae/config.json", (_, _, out) -> FakeHub.whole(out, "[]".getBytes()));
    assertRefused(wholeModel(), "vae/config.json", "checksum");
  }

  @Test
  void damagedRemainsAreFetchedAgainFromTheStart() throws Exception {
    var wanted = adapter();
    Path incomplete = Path.of(blob(random(200_000)) + ".incomplete");
    Files.createDirectories(incomplete.getParent());
    Files.write(incomplete, new byte[1000]);
    fetch(wanted);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void moreThanTheListedLengthIsRefused() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, (_, file, out) -> FakeHub.whole(out, random(file.length + 1)));
    assertRefused(wanted, ADAPTER, "more came than the 200000 bytes");
    assertThat(names(repository().resolve("blobs"))).isEmpty();
  }

  @Test
  void lessThanTheListedLengthIsAskedForAgain() throws Exception {
    var wanted = adapter();
    hub.failing(ADAPTER, (_, file, out) -> FakeHub.whole(out, java.util.Arrays.copyOf(file, 1000)));
    fetch(wanted);
    assertThat(hub.asked.getLast().start()).isEqualTo(1000);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void aLengthThatDoesNotComeIsAskedForAgain() throws Exception {
    var wanted = adapter();
    hub.failing(
        ADAPTER,
        (_, file, out) -> {
          FakeHub.head(out, "200 OK", "Content-Length: 999999999");
          out.write(file, 0, 1000);
        });
    fetch(wanted);
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void whatComesTooSlowlyIsCutAndResumed() throws Exception {
    var wanted = adapter();
    var end = new CountDownLatch(1);
    hub.failing(ADAPTER, FakeHub.silent(end));
    fetch(wanted, slowAfter(Duration.ofMillis(200)));
    end.countDown();
    assertThat(place(wanted)).hasBinaryContent(random(200_000));
  }

  @Test
  void whatNeverComesIsGivenUp() {
    var wanted = adapter();
    var end = new CountDownLatch(1);
    var silent = FakeHub.silent(end);
    hub.failing(ADAPTER, silent, silent, silent, silent);
    assertThatThrownBy(() -> fetch(wanted, slowAfter(Duration.ofMillis(100))))
        .isExactlyInstanceOf(HubException.class)
        .hasMessageContaining("fewer than 1 bytes came in 0.1 s");
    end.countDown();
  }

  private static Patience slowAfter(Duration window) {
    return new Patience(
        SHORT.connect(),
        SHORT.answer(),
        4,
        SHORT.pause(),
        SHORT.longestPause(),
        1 << 20,
        window,
        1);
  }

  @Test
  void retryAfterIsHonoured() throws Exception {
    var wanted = adapter();
    hub.failing("", saying("429 Too Many Requests", "Retry-After: 1"));
    hub.failing(ADAPTER, saying("503 Service Unavailable", "Retry-After: 1"));
    long begin = System.nanoTime();
    fetch(wanted);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void aLongPauseIsTold() throws Exception {
    var wanted = adapter();
    hub.failing("", saying("429 Too Many Requests", "Retry-After: 4"));
    fetch(
        wanted,
        new Patience(
            SHORT.connect(),
            SHORT.answer(),
            4,
            SHORT.pause(),
            Duration.ofSeconds(5),
            1,
            SHORT.window(),
            1));
    assertThat(notes)
        .contains(
            "%s cannot be asked for at %s: 127.0.0.1 answers 429; again in 4 s"
                .formatted(NAME, hub.endpoint()));
  }

  @Test
  void aPauseThatIsTooLongIsToldInsteadOfMade() {
    var wanted = adapter();
    hub.failing("", saying("429 Too Many Requests", "Retry-After: 3600"));
    assertRefused(wanted, NAME, "429", "after 3600 s");
  }

  @Test
  void serversThatFailAreAskedAgainAndThenGivenUp() {
    var wanted = adapter();
    var down = saying("502 Bad Gateway");
    hub.failing("", down, down, down, down);
    assertRefused(wanted, NAME, "502", "4 attempts");
    assertThat(hub.asked).hasSize(4);
  }

  @Test
  void aHubThatIsNotThereIsNamed() throws Exception {
    var wanted = adapter();
    hub.close();
    assertRefused(wanted, NAME + " cannot be asked for at " + hub.endpoint(), "attempts");
  }

  @Test
  void gatedModelsSayWhatToDo() {
    var wanted = adapter();
    hub.failing(ADAPTER, saying("403 Forbidden", "X-Error-Code: GatedRepo"));
    assertRefused(
        wanted, "is gated: accept its licence at " + hub.endpoint() + "/" + NAME, "set HF_TOKEN");
  }

  @Test
  void aRefusedTokenIsNotShown() {
    var wanted = adapter();
    environment.put("HF_TOKEN", "hf_secret");
    hub.failing("", saying("401 Unauthorized"));
    assertThatThrownBy(() -> fetch(wanted))
        .hasMessageContaining("refuses the token")
        .hasMessageNotContaining("hf_secret");
    assertThat(HubAccess.of(environment).toString()).doesNotContain("hf_secret");
  }

  @Test
  void anUnknownModelIsNamed() {
    assertRefused(
        new Wanted.OneFile("Qwen/Other", Optional.empty(), ADAPTER),
        "Qwen/Other is not at " + hub.endpoint());
  }

  @Test
  void anUnknownRevisionIsNamed() {
    assertRefused(
        new Wanted.OneFile(NAME, Optional.of("v9/x"), ADAPTER), NAME + " has no revision 'v9/x'");
    assertThat(hub.asked.getFirst().path()).endsWith("/revision/v9/x");
  }

  @Test
  void anUnknownFileIsNamedWithThoseThereAre() {
    adapter();
    assertRefused(
        new Wanted.OneFile(NAME, Optional.empty(), "other.safetensors"),
        NAME + " has no other.safetensors; it has adapter.safetensors");
  }

  @Test
  void severalAdaptersAreAChoice() {
    hub.with("a.safetensors", random(9)).with("b.safetensors", random(9));
    assertRefused(
        new Wanted.Weights(NAME, Optional.empty()),
        "name one of them: a.safetensors, b.safetensors");
  }

  @Test
  void aModelWithoutSafetensorsIsRefused() {
    hub.with("model_index.json", "{\"vae\": [\"diffusers\", \"V\"]}")
        .with("vae/model.bin", random(9));
    assertRefused(
        new Wanted.Model(NAME, Optional.empty(), Set.of("vae")),
        "has no safetensors in vae; it has model.bin");
  }

  @Test
  void theTokenGoesToTheHubAlone() throws Exception {
    var wanted = adapter();
    environment.put("HF_TOKEN", "hf_secret");
    fetch(wanted);
    assertThat(hub.asked).anyMatch(one -> one.host().equals("blobs"));
    for (var one : hub.asked) {
      assertThat(one.headers().get("authorization"))
          .isEqualTo(one.host().equals("hub") ? "Bearer hf_secret" : null);
      assertThat(one.headers()).containsEntry("accept-encoding", "identity");
    }
  }

  @Test
  void theTokenMayLieInAFile() throws Exception {
    Files.createDirectories(dir.resolve("home"));
    Files.writeString(dir.resolve("home/token"), "hf_home\n");
    assertThat(HubAccess.of(environment).token()).contains("hf_home");
    environment.put("HF_TOKEN_PATH", Files.writeString(dir.resolve("other"), "hf_path").toString());
    assertThat(HubAccess.of(environment).token()).contains("hf_path");
    environment.put("HF_TOKEN", "hf_variable");
    assertThat(HubAccess.of(environment).token()).contains("hf_variable");
    environment.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    assertThat(HubAccess.of(environment).token()).isEmpty();
  }

  @Test
  void variablesThatAreNotAllowedAreNamed() {
    environment.put("HF_ENDPOINT", "file:///etc");
    assertWrong("HF_ENDPOINT is 'file:///etc'", "http");
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_TOKEN", "hf secret");
    assertWrong("the token in HF_TOKEN");
  }

  private void assertWrong(String... parts) {
    assertThatThrownBy(() -> HubAccess.of(environment))
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("secret")
        .extracting(failure -> ((HubException) failure).kind())
        .isEqualTo(HubException.Kind.VARIABLE);
  }

  @Test
  void tooLittleRoomIsSaidBeforeAnythingComes() {
    var listing =
        """
        {"sha":"%s","siblings":[{"rfilename":"%s","size":900000000000000000,"blobId":"%s"}]}\
        """
            .formatted(COMMIT, ADAPTER, "a".repeat(40));
    hub.failing("", (_, _, out) -> FakeHub.whole(out, listing.getBytes()));
    assertRefused(
        new Wanted.OneFile(NAME, Optional.empty(), ADAPTER),
        "900000.0 TB are to come",
        "HF_HUB_CACHE");
    assertThat(hub.fetched()).isEmpty();
  }

  @Test
  void aFullDiskIsSaid() throws Exception {
    var wanted = adapter();
    Path incomplete = Path.of(blob(random(200_000)) + ".incomplete");
    Files.createDirectories(incomplete.getParent());
    Files.createSymbolicLink(incomplete, Path.of("/dev/full"));
    assertRefused(wanted, "No space left on device", "make room");
  }

  @Test
  void listedNamesThatLeadOutOfTheFolderAreLeftOut() throws Exception {
    var entry = "{\"rfilename\":\"%s\",\"size\":1,\"blobId\":\"" + "a".repeat(40) + "\"}";
    var names = List.of("../x", "/x", "a/../../x", "a//x", "c:x", "a\\\\x", "good.json");
    var listing = String.join(",", names.stream().map(entry::formatted).toList());
    var parsed =
        RepoListing.parse(
            ("{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + listing + "]}").getBytes());
    assertThat(parsed.files()).extracting(RepoFile::path).containsExactly("good.json");
  }

  @Test
  void twoPullsAtOnceFetchEachFileOnce() throws Exception {
    var wanted = adapter();
    var reached = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    hub.failing(
        ADAPTER,
        (asked, file, out) -> {
          reached.countDown();
          await(goOn);
          FakeHub.from(out, file, asked.start());
        });
    var first = Thread.ofVirtual().start(() -> fetchUnchecked(wanted));
    reached.await();
    var second = Thread.ofVirtual().start(() -> fetchUnchecked(wanted));
    var waits = "waits for another process that fetches " + ADAPTER;
    Await.until("the second waits", () -> notes.contains(waits));
    goOn.countDown();
    first.join();
    second.join();
    assertThat(notes).containsOnlyOnce(waits);
    assertThat(hub.asked.stream().filter(one -> one.host().equals("blobs"))).hasSize(1);
    assertThat(wanted.isHere(environment)).isTrue();
  }

  @Test
  void aClosedPullEndsAtOnceThoughFilesWait() throws Exception {
    model();
    for (int i = 0; i < 20; i++) {
      hub.with("tokenizer/more%d.json".formatted(i), "[%d]".formatted(i));
    }
    var reached = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    FakeHub.Fault waiting =
        (_, _, _) -> {
          reached.countDown();
          await(end);
        };
    for (int i = 0; i < 20; i++) {
      hub.failing("tokenizer/more%d.json".formatted(i), waiting);
    }
    try (var pull = pull(wholeModel())) {
      var fetching = CompletableFuture.supplyAsync(() -> catchThrowable(pull::configurations));
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      pull.close();
      assertThat(fetching)
          .succeedsWithin(Duration.ofSeconds(10))
          .isInstanceOf(InterruptedException.class);
    } finally {
      end.countDown();
    }
  }

  @Test
  void aClosedPullBeginsNothing() throws Exception {
    model();
    try (var pull = pull(wholeModel())) {
      pull.configurations();
      pull.close();
      hub.asked.clear();
      assertThatThrownBy(pull::weights).isInstanceOf(InterruptedException.class);
      assertThat(hub.asked).isEmpty();
    }
  }

  @Test
  void aFileThatFailsEndsTheOthers() throws Exception {
    model();
    var end = new CountDownLatch(1);
    hub.failing(SHARD, FakeHub.silent(end));
    hub.failing(
        "vae/diffusion_pytorch_model.safetensors",
        saying("403 Forbidden"),
        saying("403 Forbidden"));
    try {
      assertRefused(wholeModel(), "vae/diffusion_pytorch_model.safetensors", "gated");
    } finally {
      end.countDown();
    }
  }

  @Test
  void variablesNameAProxy() throws Exception {
    var wanted = adapter();
    var access = HubAccess.of(environment);
    var proxies =
        new EnvironmentProxies(
            Map.of("HTTP_PROXY", hub.endpoint(), "no_proxy", "127.0.0.1,.local"));
    assertThat(proxies.select(java.net.URI.create("http://hub.example/x")).getFirst().address())
        .hasToString("127.0.0.1/<unresolved>:" + access.endpoint().getPort());
    assertThat(proxies.select(java.net.URI.create("http://127.0.0.1/x")))
        .containsExactly(java.net.Proxy.NO_PROXY);
    assertThat(proxies.select(java.net.URI.create("http://my.local/x")))
        .containsExactly(java.net.Proxy.NO_PROXY);
    assertThat(proxies.select(java.net.URI.create("https://hub.example/x")))
        .containsExactly(java.net.Proxy.NO_PROXY);
    assertThat(wanted.isHere(environment)).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetchUnchecked(Wanted wanted) {
    try {
      fetch(wanted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
