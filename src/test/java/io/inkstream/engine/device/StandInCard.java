package io.inkstream.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A maker's two cards that are none: `src/test/c/card.c`, a library of C over the host's memory
/// whose streams are as late as they may be.
public final class StandInCard {
  private static final String SOURCES = "src/test/c/";

  private final CardMaker maker;
  private final NativeLibrary library;

  private StandInCard(CardMaker maker, NativeLibrary library) {
    this.maker = maker;
    this.library = library;
  }

  /// Compiles it; where nothing compiles C, the test is skipped.
  static StandInCard of(CardMaker maker) {
    return new StandInCard(maker, compiled("card.c", maker == CardMaker.AMD ? "-DHIP" : "-UHIP"));
  }

  /// The first card of AMD's.
  public static DeviceDriver amd() {
    return of(CardMaker.AMD).driver(0);
  }

  /// Puts HIP's library and MIGraphX's, `src/test/c/migraphx.c`, in the place of those that a
  /// system with ROCm has, until this process ends.
  public static void installAmd() {
    assumeFalse(isInstalled(CardMaker.AMD), "ROCm is installed");
    compiled("card.c", "-DHIP", "-Wl,-soname,libamdhip64.so.7");
    compiled("migraphx.c", "-Wl,-soname,libmigraphx_c.so.3");
  }

  /// Whether the system, or this process, has HIP.
  public static boolean isAmdInstalled() {
    return isInstalled(CardMaker.AMD);
  }

  static boolean isInstalled(CardMaker maker) {
    return maker.libraries().stream().anyMatch(StandInCard::isInstalled);
  }

  private static boolean isInstalled(String library) {
    try {
      NativeLibrary.named(library);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static NativeLibrary compiled(String source, String... options) {
    try {
      Path folder = Files.createTempDirectory("inkstream-card");
      Path file = folder.resolve(source + ".so");
      compile(source, file, options);
      var library = NativeLibrary.load(file); // stays loaded without its file
      Files.delete(file);
      Files.delete(folder);
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void compile(String source, Path file, String... options)
      throws InterruptedException {
    assumeTrue(succeeds(List.of("cc", "--version")), "needs a compiler of C");
    List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", file.toString(), SOURCES + source));
    assertThat(succeeds(command)).isTrue();
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
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
