package io.inkstream;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The wings, their rooms and the one-way arrows between them are what ARCHITECTURE.md's table
/// says: no arrow more, and none that is not used.
class ArchitectureTest {
  private static final String ROOT = "io.inkstream";

  /// From the outermost wing to the innermost; each may know those after it.
  private static final List<String> WINGS = List.of("cli", "server", "engine");

  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(io\\.inkstream(?:\\.[a-z]+)*)\\.", Pattern.MULTILINE);

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);
  private final Rooms rooms = Rooms.ofTheDocument();

  @TestFactory
  Stream<DynamicTest> eachRoomKnowsTheRoomsOfItsRow() throws IOException {
    Map<String, Set<String>> known = known();
    return rooms.byName().values().stream()
        .map(room ->
            DynamicTest.dynamicTest(
                room.name(),
                () ->
                    assertThat(known.getOrDefault(room.name(), Set.of()))
                        .as(
                            "the rooms that %s knows, as ARCHITECTURE.md's row has them",
                            room.name())
                        .isEqualTo(room.knows())));
  }

  @Test
  void everyRoomHasItsRowInItsWing() {
    Map<String, String> wings =
        classes.stream()
            .collect(
                Collectors.toMap(
                    ArchitectureTest::roomOf, ArchitectureTest::wingOf, (a, b) -> a, TreeMap::new));
    assertThat(wings)
        .isEqualTo(
            rooms.byName().values().stream()
                .collect(
                    Collectors.toMap(
                        Rooms.Room::name, Rooms.Room::wing, (a, b) -> a, TreeMap::new)));
  }

  @Test
  void theMainTypesOfARoomAreInIt() {
    assertThat(rooms.byName().values())
        .allSatisfy(room ->
            assertThat(
                    classes.stream()
                        .filter(type -> roomOf(type).equals(room.name()))
                        .map(JavaClass::getSimpleName))
                .containsAll(room.types()));
  }

  @Test
  void theDiagramShowsTheArrowsOfTheTable() {
    Documents.assertPart(Rooms.DOCUMENT, "diagram", rooms.diagram());
  }

  @Test
  void noWingKnowsAnOuterOne() {
    for (int inner = 1; inner < WINGS.size(); inner++) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + WINGS.get(inner) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              WINGS.subList(0, inner).stream()
                  .map(w -> ROOT + "." + w + "..")
                  .toArray(String[]::new))
          .check(classes);
    }
  }

  @Test
  void onlyTheRuntimeRoomKnowsOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".engine.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(classes);
  }

  @Test
  void theEngineIsPlainJava() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "io.smallrye..",
            "io.vertx..",
            "jakarta..",
            "org.eclipse.microprofile..")
        .check(classes);
  }

  @Test
  void theStoreIsPlainJava() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".server.store..")
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
  void aTextForCIsWrittenByCText() {
    // allocateFrom(String) sets a single element, which a native executable cannot;
    // CustomOperators is none of its classes.
    noClasses()
        .that()
        .doNotHaveSimpleName("CustomOperators")
        .should()
        .callMethodWhere(target(name("allocateFrom")).and(target(rawParameterTypes(String.class))))
        .check(classes);
  }

  @Test
  void roomsFormNoCycles() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".*.(*)..")
        .should()
        .beFreeOfCycles()
        .check(classes);
  }

  /// By the classes, and by the sources' imports: what a `switch` over patterns knows does not
  /// stand among a class's dependencies.
  private Map<String, Set<String>> known() throws IOException {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass type : classes) {
      Set<String> others = known.computeIfAbsent(roomOf(type), room -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> roomOf(dependency.getTargetClass()))
          .forEach(others::add);
    }
    for (Path source : sources()) {
      imported(source).forEach(known.get(roomOf(inside(packageOf(source))))::add);
    }
    known.forEach((room, others) -> others.removeAll(Set.of("", room)));
    return known;
  }

  private static List<Path> sources() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static Stream<String> imported(Path source) throws IOException {
    return IMPORT.matcher(Files.readString(source)).results().map(r -> roomOf(inside(r.group(1))));
  }

  private static String packageOf(Path source) {
    return SOURCES.relativize(source.getParent()).toString().replace('/', '.');
  }

  /// `engine.tensor` is the room `tensor`; what lies in a wing itself is a room of the wing's name.
  private static String roomOf(JavaClass type) {
    return roomOf(inside(type));
  }

  private static String roomOf(String inside) {
    String[] names = inside.split("\\.");
    return names.length == 1 ? names[0] : names[1];
  }

  private static String wingOf(JavaClass type) {
    return inside(type).split("\\.")[0];
  }

  private static String inside(JavaClass type) {
    return inside(type.getBaseComponentType().getPackageName());
  }

  private static String inside(String name) {
    return name.equals(ROOT)
        ? "root"
        : name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : "";
  }
}
