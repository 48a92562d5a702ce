package io.inkstream.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {
  @TempDir private Path folder;

  @Test
  void aContainersLimitStandsAtTheRoot() throws IOException {
    group("", "memory.max", "1000", "memory.current", "700", "active_file 50\ninactive_file 20\n");
    assertThat(available("0::/\n")).isEqualTo(370);
  }

  @Test
  void aServicesLimitStandsInItsGroupAndTheLeastOfThoseAroundItCounts() throws IOException {
    group("a/b", "memory.max", "1000", "memory.current", "700", "");
    group("a", "memory.max", "800", "memory.current", "750", "");
    group("", "memory.max", "max", "memory.current", "1", "");
    assertThat(available("0::/a/b\n")).isEqualTo(50);
  }

  @Test
  void versionOneHasItsOwnNames() throws IOException {
    String stat = "active_file 1\ntotal_active_file 30\ntotal_inactive_file 20\n";
    group("memory/a", "memory.limit_in_bytes", "1000", "memory.usage_in_bytes", "700", stat);
    assertThat(available("5:cpu:/x\n4:memory:/a\n0::/\n")).isEqualTo(350);
  }

  @Test
  void whatSaysNothingSetsNoLimit() throws IOException {
    assertThat(available("0::/nowhere\n")).isEqualTo(Long.MAX_VALUE);
    assertThat(new ContainerMemory(folder, folder.resolve("none")).available())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void moreThanTheLimitLeavesNothing() throws IOException {
    group("", "memory.max", "1000", "memory.current", "1200", "");
    assertThat(available("0::/\n")).isZero();
  }

  private void group(
      String path, String limitName, String limit, String usedName, String used, String stat)
      throws IOException {
    Path group = Files.createDirectories(folder.resolve("root").resolve(path));
    Files.writeString(group.resolve(limitName), limit + "\n");
    Files.writeString(group.resolve(usedName), used + "\n");
    Files.writeString(group.resolve("memory.stat"), stat);
  }

  private long available(String membership) throws IOException {
    Path file = Files.writeString(folder.resolve("membership"), membership);
    return new ContainerMemory(folder.resolve("root"), file).available();
  }
}
