package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.estimate.MemoryModel.Emulated;
import io.inkstream.engine.estimate.MemoryModel.OnDevice;
import io.inkstream.engine.estimate.MemoryModel.OnProcessor;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrawingMemoryTest {
  private static final Sizes POCKET = new Sizes(192, 14, 64, 256, 24);

  private final DrawingMemory memory =
      new DrawingMemory(
          QwenImageSnapshot.open(Path.of("src/main/models/qwen-image-pocket"), Optional.empty()));

  @Test
  void onACardTheModelsSizesCountInItsOwnType() {
    assertThat(memory.of(new Device(Device.Kind.CUDA, 0), DType.BF16))
        .isEqualTo(new OnDevice(POCKET, DType.BF16));
  }

  @Test
  void whereTheNetworksAreInTheHostsMemoryItIsAllCounted() {
    assertThat(memory.of(Device.CPU, DType.F32)).isEqualTo(new OnProcessor(POCKET));
    assertThat(memory.of(new Device(Device.Kind.EMULATED, 0), DType.F32))
        .isEqualTo(new Emulated(new OnProcessor(POCKET), new OnDevice(POCKET, DType.F32)));
  }

  /// `bench open --size 512` and `1024`: 155 and 622 MB above the open model's peak.
  @Test
  void picturesOfQwenImage21AreCountedAsTheyWereMeasured() {
    var tiny =
        new DrawingMemory(
            QwenImageSnapshot.open(
                Path.of("src/test/resources/goldens/qwen21/tiny21"), Optional.empty()));

    assertThat(tiny.onProcessor().of(tiny.picture(512)).host())
        .isBetween(150_000_000L, 180_000_000L);
    assertThat(tiny.onProcessor().of(tiny.picture(1024)).host())
        .isBetween(600_000_000L, 680_000_000L);
  }

  @Test
  void factsAndPlansAreAboutOnePicture() {
    var picture = memory.picture(512);

    assertThat(picture.pixels()).isEqualTo(512 * 512);
    assertThat(picture.tokens()).isEqualTo(32 * 32);
    assertThat(picture.pictures()).isEqualTo(1);
  }
}
