package io.inkstream.server.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFolderTest {
  @TempDir private Path folder;

  @Test
  void aRecordIsFoundAsItWasPutUntilItIsDeleted() {
    var records = records(new Owner(folder));

    records.put("a_1", json("x"));

    assertThat(records.find("a_1")).contains(json("x"));
    assertThat(records.ids()).containsExactly("a_1");
    assertThat(records.delete("a_1")).isTrue();
    assertThat(records.find("a_1")).isEmpty();
    assertThat(records.ids()).isEmpty();
  }

  @Test
  void whatOthersLeaveInTheFolderIsNoRecord() throws IOException {
    var records = records(new Owner(folder));
    records.require();
    Files.writeString(records.path().resolve("README.json"), "{}");
    Files.writeString(records.path().resolve(".a_1-2.tmp"), "{");

    assertThat(records.ids()).isEmpty();
    assertThat(records.find("../a_1")).isEmpty();
  }

  @Test
  void aDamagedRecordIsNamed() throws IOException {
    var records = records(new Owner(folder));
    records.require();
    Files.writeString(records.path().resolve("a_1.json"), "{\"x\":");

    assertThatThrownBy(() -> records.find("a_1"))
        .isInstanceOf(RecordException.class)
        .hasMessage("a_1 is damaged");
  }

  @Test
  void recordsOfAProcessThatIsGoneAreTakenOverByOneOther() {
    // Given
    var gone = new Owner(folder);
    var lives = new Owner(folder);
    var records = records(gone);
    IntStream.range(0, 50).forEach(i -> records.put("a_" + i, json("x")));
    records(lives).put("b_1", json("y"));
    assertThat(records(new Owner(folder)).takeOver()).isEmpty();

    // When
    gone.close();
    var heirs = Stream.generate(() -> new Owner(folder)).limit(4).toList();
    var taken =
        heirs.stream()
            .map(heir -> CompletableFuture.supplyAsync(() -> records(heir).takeOver()))
            .toList();

    // Then
    List<String> all = taken.stream().flatMap(ids -> ids.join().stream()).toList();
    assertThat(all).hasSize(50).doesNotHaveDuplicates().doesNotContain("b_1");
    assertThat(records(lives).find("a_7")).contains(json("x"));
    heirs.forEach(Owner::close);
    lives.close();
  }

  private RecordFolder records(Owner owner) {
    return new RecordFolder(new StoreFolder(folder.resolve("records"), false), owner);
  }

  private static ObjectNode json(String value) {
    return JsonNodeFactory.instance.objectNode().put("value", value);
  }
}
