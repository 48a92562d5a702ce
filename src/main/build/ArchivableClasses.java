import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// `java ArchivableClasses.java JAR …`: gives the classes of a library that was compiled for Java 5
/// the form of Java 8, with stack maps. The Java machine's ahead-of-time cache takes no class that
/// is older than Java 6, and such a library's classes are read, verified and interpreted at every
/// start: picocli's took a quarter of a second of it. The code stays as it is.
void main(String... jars) throws IOException {
  for (String jar : jars) {
    renew(Path.of(jar));
  }
}

private static final int JAVA_8 = 52;

private void renew(Path jar) throws IOException {
  Path renewed = jar.resolveSibling(jar.getFileName() + ".renewed");
  try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
      var in = new ZipInputStream(Files.newInputStream(jar));
      var out = new ZipOutputStream(Files.newOutputStream(renewed))) {
    var classes =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofClassLoading(loader)));
    for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
      byte[] content = in.readAllBytes();
      var copy = new ZipEntry(entry.getName());
      copy.setTime(entry.getTime());
      out.putNextEntry(copy);
      out.write(entry.getName().endsWith(".class") ? renewed(classes, content) : content);
    }
  }
  Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING);
}

private byte[] renewed(ClassFile classes, byte[] content) {
  ClassModel model = classes.parse(content);
  return model.majorVersion() >= JAVA_8 ? content : withStackMaps(classes, model);
}

private byte[] withStackMaps(ClassFile classes, ClassModel model) {
  // A method whose code is only copied keeps its lack of maps.
  var rebuilt = MethodTransform.transformingCode((code, element) -> code.with(element));
  return classes.build(
      model.thisClass().asSymbol(),
      type ->
          model.forEach(element -> {
            switch (element) {
              case ClassFileVersion _ -> type.withVersion(JAVA_8, 0);
              case MethodModel method -> type.transformMethod(method, rebuilt);
              default -> type.with(element);
            }
          }));
}
