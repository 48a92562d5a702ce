package io.inkstream.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A maker's two cards that are none: `src/test/c/card.c`, a library of C over the host's memory
/// whose streams are as late as they may be.
public final class StandInCard {
  private static final String SOURCE = "src/test/c/card.c";

  private final CardMaker maker;
  private final NativeLibrary library;

  private StandInCard(CardMaker maker, NativeLibrary library) {
    this.maker = maker;
    this.library = library;
  }

  /// Compiles it; where nothing compiles C, the test is skipped.
  static StandInCard of(CardMaker maker) {
    try {
      Path folder = Files.createTempDirectory("inkstream-card");
      Path file = folder.resolve("card.so");
      compile(maker, file);
      var library = NativeLibrary.load(file); // stays loaded without its file
      Files.delete(file);
      Files.delete(folder);
      return new StandInCard(maker, library);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The first card of AMD's.
  public static DeviceDriver amd() {
    return of(CardMaker.AMD).driver(0);
  }

  private static void compile(CardMaker maker, Path file) throws IOException, InterruptedException {
    assumeTrue(succeeds("cc", "--version"), "needs a compiler of C");
    String names = maker == CardMaker.AMD ? "-DHIP" : "-UHIP";
    assertThat(succeeds("cc", "-shared", "-fPIC", names, "-o", file.toString(), SOURCE)).isTrue();
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  CardDriver driver(int ordinal) {
    return CardDriver.start(new CardLibrary(maker, library), ordinal);
  }

  /// So many cards from now on.
  void count(int cards) {
    library.call("card_count", cards);
  }

  /// So many bytes of each.
  void bytes(long bytes) {
    library.call("card_bytes", bytes);
  }

  /// From now on all calls fail, or none does.
  void lost(boolean lost) {
    library.call("card_lost", lost ? 1 : 0);
  }

  /// What the next one who asks for the last failure is told.
  int lastError() {
    return (int) library.call(maker.function("cudaGetLastError"));
  }
}
