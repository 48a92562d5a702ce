import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Writes the graphs of a model's VAE encoder and vision tower beside their weights, and says
/// where.
class WriteGraphs {
  public static void main(String[] args) throws IOException {
    var snapshot = QwenImageSnapshot.open(Path.of(args[0]), Optional.empty());
    var encoder = snapshot.encoderGraph().orElseThrow();
    for (OnnxModel graph : List.of(encoder, snapshot.visionGraph(DType.F32))) {
      Path file = graph.weightsFolder().resolve(graph.name() + ".onnx");
      Files.write(file, graph.bytes());
      System.out.println(file);
    }
  }
}
