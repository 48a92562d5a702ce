package io.inkstream.cli.commands;

import io.inkstream.engine.description.ModelSummary;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `inspect`: what a model or a file with one of its networks consists of, or the settings that
/// made a picture.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Show what a model consists of and needs, or the settings that made a picture.")
final class InspectCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final Pattern WEIGHTS =
      Pattern.compile("(?s).*\\.(gguf|safetensors|sft|ckpt|pth?|bin)", Pattern.CASE_INSENSITIVE);
  private static final Pattern PICTURE =
      Pattern.compile("(?s).*\\.(png|jpe?g|webp)", Pattern.CASE_INSENSITIVE);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL|FILE|PICTURE",
      arity = "0..1",
      description =
          "A snapshot's folder, owner/name of a model in the Hugging Face cache, a safetensors or"
              + " GGUF file, or a picture. Without it, the model that the options name.")
  private @Nullable String subject;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE, Settings.CARDS);
  }

  @Override
  public Integer call() {
    if (subject != null && WEIGHTS.matcher(subject).matches()) {
      return print(ModelSummary.of(DefaultModel.resolve("file", subject)));
    }
    if (subject != null && isPicture(subject)) {
      return picture(Path.of(subject));
    }
    var engine = EngineSettings.from(settings().values(spec));
    var model = subject == null ? engine.model() : engine.model().at(subject);
    var snapshot = model.open();
    var summary = ModelSummary.of(snapshot);
    return print(engine.plannedCards().map(cards -> summary.on(cards, snapshot)).orElse(summary));
  }

  /// A name that ends as pictures do is no model on the Hub, even if there is no such file.
  private static boolean isPicture(String subject) {
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

  private int print(ModelSummary summary) {
    print(json ? Report.json(summary) : Report.table(summary));
    return ExitCode.OK;
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }
}
