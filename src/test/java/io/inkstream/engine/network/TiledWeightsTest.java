package io.inkstream.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.graph.BoundWeight;
import io.inkstream.engine.graph.WinogradKernel;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What plans of memory take for tiled is what the graphs take in tiles.
class TiledWeightsTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(TINY, Optional.empty());

  @Test
  void theGraphsMakeTilesOfTheWeightsThatAreSaidToBeTiled() {
    var tiled = snapshot.vae().tensors().values().stream().filter(VaeGraphs::isTiled).toList();

    assertThat(given(Convolutions.TILED)).containsExactlyInAnyOrderElementsOf(tiled).isNotEmpty();
    assertThat(given(Convolutions.PLAIN)).isEmpty();
  }

  @Test
  void tilesAreSoMuchLarger() {
    var kernel = snapshot.vae().tensor("encoder.mid_block.resnets.0.conv1.weight", 32, 32, 3, 3, 3);
    long used = kernel.shape().elements() / 3;
    var tiles = new BoundWeight(BoundWeight.Form.TILES, List.of(kernel), DType.F32);

    assertThat(tiles.shape().elements()).isEqualTo(WinogradKernel.TIMES * used);
  }

  private List<TensorEntry> given(Convolutions convolutions) {
    return Stream.of(
            snapshot.decoderGraph(convolutions), snapshot.encoderGraph(convolutions).orElseThrow())
        .flatMap(graph -> graph.given().values().stream())
        .map(weight -> weight.entries().getFirst())
        .toList();
  }
}
