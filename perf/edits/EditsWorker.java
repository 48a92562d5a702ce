import com.sun.management.OperatingSystemMXBean;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.model.SessionGraphs;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.textencoder.Qwen25VLVisionTower;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import io.inkstream.engine.weights.WeightReader;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/// This engine's side of `run.py`: for each line `encode SIDE`, `decode SIDE` or `see ROWS COLUMNS`
/// (in cells) it does that once and answers with the processor's seconds that it took.
class EditsWorker {
  public static void main(String[] args) throws Exception {
    var snapshot = QwenImageSnapshot.open(Path.of(args[0]), Optional.empty());
    var runtime = OnnxRuntime.start(new RuntimeSettings(1, false));
    var fast = SessionSettings.of(Precision.FAST);
    var config = snapshot.vaeConfig();
    var vision = snapshot.visionConfig();
    var signal = new CancellationSignal();
    try (var vae =
            new AutoencoderKLQwenImage(
                load(runtime, snapshot.decoderGraph(Convolutions.TILED), fast),
                Optional.of(
                    load(runtime, snapshot.encoderGraph(Convolutions.TILED).orElseThrow(), fast)),
                config.latentsMean(),
                config.latentsStd(),
                config.spatialScale(),
                config.pictureChannels());
        var tower =
            new Qwen25VLVisionTower(
                load(runtime, snapshot.visionGraph(DType.F32), fast),
                vision.sizes().headDim(),
                vision.sizes().outHiddenSize(),
                vision.windowSide());
        var lines = new BufferedReader(new InputStreamReader(System.in))) {
      System.out.println("ready");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        int first = Integer.parseInt(words[1]);
        int last = Integer.parseInt(words[words.length - 1]);
        int side = first / vae.scale();
        float[] input =
            random(
                switch (words[0]) {
                  case "encode" -> 3 * first * first;
                  case "decode" -> config.zDim() * side * side;
                  default -> 4 * first * last * vision.sizes().patchFeatures();
                });
        long start = cpu();
        switch (words[0]) {
          case "encode" -> vae.encode(input, side, side, signal);
          case "decode" -> vae.decode(input, side, side, signal);
          default -> tower.read(input, first, last, signal);
        }
        System.out.println((cpu() - start) / 1e9);
      }
    }
  }

  /// Of all threads of this process, in nanoseconds.
  private static long cpu() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }

  private static Subgraph load(OnnxRuntime runtime, OnnxModel graph, SessionSettings settings) {
    return runtime.load(new SessionGraphs(new WeightReader()).of(graph), settings);
  }

  private static float[] random(int length) {
    var random = new Random(1);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
