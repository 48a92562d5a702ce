package io.inkstream.cli.commands;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.engine.model.ModelSummary;
import io.inkstream.engine.model.QwenImageSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `inspect`: what a snapshot consists of, or the settings that made a picture.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Show what a model consists of and needs, or the settings that made a picture.")
final class InspectCommand implements Callable<Integer> {
  private static final Pattern PICTURE =
      Pattern.compile("(?s).*\\.(png|jpe?g|webp)", Pattern.CASE_INSENSITIVE);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL|PICTURE",
      description =
          "A snapshot's folder, owner/name of a model in the Hugging Face cache, or a PNG file.")
  private String subject;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (isPicture()) {
      return picture(Path.of(subject));
    }
    Path model = DefaultModel.resolve(Optional.of(subject));
    var summary = ModelSummary.of(QwenImageSnapshot.open(model, Optional.empty()));
    print(json ? Report.json(summary) : Report.table(summary));
    return ExitCode.OK;
  }

  /// A name that ends as pictures do is no model on the Hub, even if there is no such file.
  private boolean isPicture() {
    Path path = Path.of(subject);
    return !Files.isDirectory(path)
        && (Files.exists(path) || PICTURE.matcher(subject.toLowerCase(Locale.ROOT)).matches());
  }

  private int picture(Path file) {
    return switch (PictureSettings.read(file)) {
      case PictureSettings.Found found -> {
        print(json ? found.json() : found.text());
        yield ExitCode.OK;
      }
      case PictureSettings.Failed failed -> {
        spec.commandLine().getErr().println("inkstream: " + failed.line());
        yield ExitCode.SOFTWARE;
      }
    };
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }
}
