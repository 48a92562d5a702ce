import com.sun.management.OperatingSystemMXBean;
import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.decoder.PictureFile;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// This engine's side of `pictures.py`: for each line, a file's name, it looks at that file as a
/// request's picture is looked at, which decodes it to its end, and answers with the processor's
/// seconds that it took.
class PicturesWorker {
  public static void main(String[] args) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      long start = cpu();
      PictureFile.open(Path.of(line), DecoderLimits.DEFAULT);
      System.out.println((cpu() - start) / 1e9);
    }
  }

  /// Of all threads of this process, in nanoseconds.
  private static long cpu() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }
}
