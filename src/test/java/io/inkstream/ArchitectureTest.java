package io.inkstream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The rooms and the one-way arrows between them; ARCHITECTURE.md says why.
class ArchitectureTest {
  private static final String ROOT = "io.inkstream";

  /// What each room may know of the others.
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("image", Set.of()),
          Map.entry("store", Set.of()),
          Map.entry("weights", Set.of("tensor")),
          Map.entry("scheduler", Set.of("tensor")),
          Map.entry("cache", Set.of("tensor")),
          Map.entry("forecast", Set.of("tensor")),
          Map.entry("kernel", Set.of()),
          Map.entry("runtime", Set.of("kernel", "tensor")),
          Map.entry("graph", Set.of("kernel", "weights", "tensor")),
          Map.entry("textencoder", Set.of("runtime", "tensor")),
          Map.entry("vae", Set.of("runtime", "tensor")),
          Map.entry("transformer", Set.of("cache", "runtime", "tensor")),
          Map.entry(
              "pipeline",
              Set.of(
                  "cache",
                  "forecast",
                  "textencoder",
                  "transformer",
                  "scheduler",
                  "vae",
                  "image",
                  "runtime",
                  "tensor")),
          Map.entry(
              "model",
              Set.of(
                  "cache",
                  "forecast",
                  "pipeline",
                  "textencoder",
                  "transformer",
                  "scheduler",
                  "vae",
                  "graph",
                  "weights",
                  "runtime",
                  "tensor")),
          Map.entry(
              "telemetry", Set.of("cache", "forecast", "jobs", "pipeline", "runtime", "tensor")),
          Map.entry("jobs", Set.of("cache", "forecast", "pipeline", "model", "image", "runtime")),
          Map.entry(
              "config",
              Set.of("cache", "forecast", "jobs", "model", "runtime", "scheduler", "tensor")),
          Map.entry(
              "api",
              Set.of(
                  "cache",
                  "forecast",
                  "jobs",
                  "config",
                  "pipeline",
                  "model",
                  "image",
                  "runtime",
                  "scheduler",
                  "store")),
          Map.entry(
              "cli",
              Set.of(
                  "cache",
                  "forecast",
                  "config",
                  "jobs",
                  "pipeline",
                  "model",
                  "image",
                  "weights",
                  "textencoder",
                  "transformer",
                  "scheduler",
                  "vae",
                  "runtime",
                  "tensor")));

  private static final List<String> WITH_QUARKUS = List.of("api", "cli", "jobs", "config");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @TestFactory
  Stream<DynamicTest> eachRoomKnowsOnlyItsArrows() {
    return ARROWS.keySet().stream()
        .sorted()
        .map(room -> DynamicTest.dynamicTest(room, () -> check(room)));
  }

  private void check(String room) {
    Set<String> known = new TreeSet<>();
    for (JavaClass type : classes) {
      if (roomOf(type).equals(room)) {
        type.getDirectDependenciesFromSelf().forEach(d -> known.add(roomOf(d.getTargetClass())));
      }
    }
    known.removeAll(Set.of("", room));
    assertThat(ARROWS.get(room)).containsAll(known);
  }

  private static String roomOf(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.")[0] : "";
  }

  @Test
  void everyRoomIsInTheTable() {
    Set<String> rooms = new TreeSet<>();
    classes.forEach(type -> rooms.add(roomOf(type)));
    rooms.remove("");
    assertThat(ARROWS.keySet()).containsAll(rooms);
  }

  @Test
  void onlyTheRuntimeRoomKnowsOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(classes);
  }

  @Test
  void theEngineKnowsNoServer() {
    var outer = WITH_QUARKUS.stream().map(room -> ROOT + "." + room + "..");
    noClasses()
        .that()
        .resideOutsideOfPackages(Stream.concat(outer, Stream.of(ROOT)).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.quarkus..", "io.smallrye..", "io.vertx..", "jakarta..")
        .check(classes);
  }

  @Test
  void noRoomNeedsADesktop() {
    // java.desktop would drag windowing libraries into a native image.
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.awt..", "javax.imageio..", "javax.swing..")
        .check(classes);
  }

  @Test
  void roomsFormNoCycles() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".(*)..")
        .should()
        .beFreeOfCycles()
        .check(classes);
  }
}
