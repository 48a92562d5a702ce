package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
  private static final String NAME = "Qwen-Test/Qwen-Image.1";
  private static final String FOLDER = "models--Qwen-Test--Qwen-Image.1";

  @TempDir Path dir;

  private Path snapshot(Path hub, String revision) throws IOException {
    return Files.createDirectories(hub.resolve(FOLDER).resolve("snapshots").resolve(revision));
  }

  private void ref(Path hub, String revision) throws IOException {
    Path refs = Files.createDirectories(hub.resolve(FOLDER).resolve("refs"));
    Files.writeString(refs.resolve("main"), revision);
  }

  private static void assertRefused(String name, Map<String, String> variables, String... parts) {
    assertThatThrownBy(() -> HubCache.resolve(name, variables))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  @Test
  void anExistingFolderIsItself() {
    assertThat(HubCache.resolve(dir.toString(), Map.of())).isEqualTo(dir);
  }

  @Test
  void variablesAreAskedInTheHubsOrder() throws IOException {
    // Given
    Path byCache = snapshot(dir.resolve("cache"), "a1");
    Path byHome = snapshot(dir.resolve("hfhome/hub"), "a2");
    Path byXdg = snapshot(dir.resolve("xdg/huggingface/hub"), "a3");
    Path byUser = snapshot(dir.resolve("user/.cache/huggingface/hub"), "a4");
    Map<String, String> all = new HashMap<>();
    // Then
    all.put("HOME", dir.resolve("user").toString());
    assertThat(HubCache.resolve(NAME, all)).isEqualTo(byUser);
    all.put("XDG_CACHE_HOME", dir.resolve("xdg").toString());
    assertThat(HubCache.resolve(NAME, all)).isEqualTo(byXdg);
    all.put("HF_HOME", dir.resolve("hfhome").toString());
    assertThat(HubCache.resolve(NAME, all)).isEqualTo(byHome);
    all.put("HF_HUB_CACHE", dir.resolve("cache").toString());
    assertThat(HubCache.resolve(NAME, all)).isEqualTo(byCache);
    all.put("HF_HUB_CACHE", "");
    all.put("HF_HOME", "~/.cache/huggingface");
    assertThat(HubCache.resolve(NAME, all)).isEqualTo(byUser);
  }

  @Test
  void mainNamesOneOfSeveralSnapshots() throws IOException {
    snapshot(dir, "old");
    Path current = snapshot(dir, "new");
    ref(dir, "new\n");
    assertThat(HubCache.resolve(NAME, Map.of("HF_HUB_CACHE", dir.toString()))).isEqualTo(current);
  }

  @Test
  void severalSnapshotsWithoutMainAreRefused() throws IOException {
    snapshot(dir, "aaa");
    snapshot(dir, "bbb");
    assertRefused(
        NAME, Map.of("HF_HUB_CACHE", dir.toString()), "aaa, bbb", "refs/main", "inkstream pull");
  }

  @Test
  void whatIsNotThereSaysWhereWasLookedAndHowToFetch() {
    assertRefused(
        NAME,
        Map.of("HF_HUB_CACHE", dir.toString()),
        NAME,
        dir.resolve(FOLDER).toString(),
        "inkstream pull " + NAME);
  }

  @Test
  void mainWithoutItsSnapshotIsNamed() throws IOException {
    snapshot(dir, "old");
    ref(dir, "new");
    assertRefused(
        NAME, Map.of("HF_HUB_CACHE", dir.toString()), "snapshots/new", "inkstream pull " + NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc", "", "a\0b", "..", "/"})
  void mainThatLeavesTheCacheIsRefused(String revision) throws IOException {
    snapshot(dir, "old");
    ref(dir, revision);
    assertRefused(NAME, Map.of("HF_HUB_CACHE", dir.toString()), "main", "name of a snapshot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "gone", "/gone/folder", "a/b/c", "../x", "a/..", "a\0b", "a\nb/c"})
  void whatIsNeitherFolderNorNameIsRefused(String modelPath) {
    assertRefused(
        modelPath, Map.of("HF_HUB_CACHE", dir.toString()), "model path is '", "owner/name");
  }

  @Test
  void aFileIsNoModel() {
    Path file = SafetensorsBuilder.file().writeTo(dir.resolve("m.safetensors"));
    assertRefused(file.toString(), Map.of(), "m.safetensors", "existing folder");
  }

  @Test
  void entriesNameTheBlobsBehindTheLinks() throws IOException {
    // Given
    Path blobs = Files.createDirectories(dir.resolve(FOLDER).resolve("blobs"));
    Path vae = Files.createDirectories(snapshot(dir, "abc").resolve("vae"));
    Path weights =
        SafetensorsBuilder.file().floats("conv.weight", 4, 5).writeTo(blobs.resolve("0f1e"));
    SafetensorsBuilder.write(blobs.resolve("2d3c"), "{\"_class_name\":\"Net\"}");
    SafetensorsBuilder.write(
        blobs.resolve("4b5a"), "{\"weight_map\":{\"conv.weight\":\"m-1-of-1.safetensors\"}}");
    link(vae.resolve("m-1-of-1.safetensors"), "0f1e");
    link(vae.resolve("config.json"), "2d3c");
    link(vae.resolve("diffusion_pytorch_model.safetensors.index.json"), "4b5a");
    ref(dir, "abc");
    // When
    Path model = HubCache.resolve(NAME, Map.of("HF_HUB_CACHE", dir.toString()));
    Component component = Component.open(model.resolve("vae"));
    // Then
    assertThat(component.tensor("conv.weight", 2).file()).isEqualTo(weights.toRealPath());
    assertThat(SafetensorsFile.open(vae.resolve("m-1-of-1.safetensors")).floats("conv.weight"))
        .containsExactly(4, 5);
  }

  @Test
  void aLinkWhoseBlobIsGoneNamesTheShard() throws IOException {
    // Given
    Path vae = Files.createDirectories(snapshot(dir, "abc").resolve("vae"));
    SafetensorsBuilder.write(vae.resolve("config.json"), "{}");
    link(vae.resolve("diffusion_pytorch_model.safetensors"), "gone");
    // Then
    assertThatThrownBy(() -> Component.open(vae))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("diffusion_pytorch_model.safetensors", "does not exist");
  }

  private static void link(Path link, String blob) throws IOException {
    Files.createSymbolicLink(link, Path.of("..", "..", "..", "blobs", blob));
  }
}
