import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.model.SessionGraphs;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.runtime.WeightSource;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes the graphs of a model's VAE and vision tower beside their weights, and says where. The
/// weights that are made for a graph go beside it: the numbers to `.bin`, a line `name extents` of
/// each to `.txt`.
class WriteGraphs {
  public static void main(String[] args) throws IOException {
    var snapshot = QwenImageSnapshot.open(Path.of(args[0]), Optional.empty());
    for (OnnxModel graph :
        List.of(
            snapshot.encoderGraph(Convolutions.TILED).orElseThrow(),
            snapshot.decoderGraph(Convolutions.TILED),
            snapshot.visionGraph(DType.F32))) {
      Path file = graph.weightsFolder().resolve(graph.name() + ".onnx");
      Files.write(file, graph.bytes());
      given(graph, Path.of(file + ".bin"), Path.of(file + ".txt"));
      System.out.println(file);
    }
  }

  private static void given(OnnxModel graph, Path numbers, Path names) throws IOException {
    List<String> lines = new ArrayList<>();
    long at = 0;
    try (var file = FileChannel.open(numbers, CREATE, TRUNCATE_EXISTING, READ, WRITE);
        var arena = Arena.ofConfined()) {
      for (var weight : new SessionGraphs(new WeightReader()).of(graph).given().entrySet()) {
        WeightSource source = weight.getValue();
        var made = (WeightSource.Made) source.content();
        made.make(file.map(FileChannel.MapMode.READ_WRITE, at, source.bytes(), arena));
        at += source.bytes();
        String extents = Arrays.toString(source.shape().dims()).replaceAll("[\\[\\],]", "");
        lines.add(weight.getKey() + " " + extents);
      }
    }
    Files.write(names, lines);
  }
}
