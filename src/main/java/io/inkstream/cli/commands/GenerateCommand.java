package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.progress.CacheReport;
import io.inkstream.cli.progress.ForecastReport;
import io.inkstream.cli.progress.NoProgress;
import io.inkstream.cli.progress.Progress;
import io.inkstream.cli.progress.PullProgress;
import io.inkstream.cli.progress.StepClock;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingJournal;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.snapshot.DrawingDefaults;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.HubDownload;
import io.inkstream.server.config.Settings;
import io.inkstream.server.order.Defaults;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.OrderReader;
import io.inkstream.server.order.PictureRecord;
import io.inkstream.server.order.PictureSize;
import io.inkstream.server.order.SamplingDefaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `inkstream generate`: pictures from prompts, without a server.
///
/// Pictures are drawn one after the other, each saved as soon as it is finished. Standard output
/// carries the files' names alone, one a line.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    versionProvider = InkstreamVersion.class,
    description = "Draws pictures from prompts.",
    sortOptions = false,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  inkstream generate --prompt \"a red apple\" --output apple.png",
      "  inkstream generate --prompt \"a panda\" \"a tiger\" -n 2 --output-path pictures",
      "  inkstream generate --prompt \"a green apple\" --image-path a.png --strength 0.7",
      "",
      "A PNG or JPEG file carries the settings that made it. Ctrl-C stops within a step",
      "(exit code 130); finished pictures stay."
    })
final class GenerateCommand implements Callable<Integer>, SettingOptions.Bearer {
  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nWhat to draw:%n", order = 1)
  private PromptOptions prompts = new PromptOptions();

  @ArgGroup(validate = false, heading = "%nWhat to begin with:%n", order = 1)
  private InputOptions inputs = new InputOptions();

  @ArgGroup(validate = false, heading = "%nHow many, from which noise:%n", order = 1)
  private PictureOptions picture = new PictureOptions();

  @ArgGroup(validate = false, heading = "%nSteps that are not computed:%n", order = 4)
  private StepOptions stepping = new StepOptions();

  @ArgGroup(validate = false, heading = "%nWhere to save it:%n", order = 5)
  private OutputOptions output = new OutputOptions();

  @ArgGroup(validate = false, heading = "%nWhat to tell:%n", order = 6)
  private ReportOptions reports = new ReportOptions();

  private String modelName = "";

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE, Settings.CARDS, Settings.ADAPTERS);
  }

  @Override
  public Integer call() throws IOException {
    var texts = prompts.all();
    var values = settings().values(spec);
    var engine = EngineSettings.withoutReplicas(values);
    var caching = CacheDitSettings.from(values);
    var denoising = DenoisingSettings.from(values, caching);
    modelName = engine.model().name();
    var fetching = fetching();
    HubDownload.of(engine, values, fetching::say).ifPresent(new Pulling(fetching)::run);
    var settings = engine.toLoad(denoising.table());
    var runtime = engine.runtime();
    var fields = fields();
    var given = Fields.of(fields);
    var reader =
        new OrderReader(
            defaults(
                settings.files().snapshot(),
                denoising.samplingDefaults(caching),
                engine.adapters().shelf()));
    List<Order> orders;
    try {
      orders = orders(reader, fields, texts);
      if (!runtime.device().kind().takesHostTensors()) {
        orders.getFirst().cache().ifPresent(CacheDitParams::requireElementsUnseen);
      }
    } catch (InvalidCacheConfigException e) {
      throw CacheOptions.refused(e, caching, given);
    }
    var names = output.names(orders.size(), orders.getFirst().output().format());
    names.prepare();

    if (!output.quiet()) {
      values.warnings().forEach(this::say);
      boolean cached = orders.getFirst().cache().isPresent();
      CacheOptions.warnings(given, cached).forEach(this::say);
    }

    var signal = new CancellationSignal();
    var progress = progress();
    try (var interrupts = Interrupts.cancelling(signal, () -> sayCancelled(progress))) {
      progress.begin("loading " + modelName);
      try (var pipeline = PipelineLoader.load(settings, engine.devices())) {
        interrupts.workBegins();
        int blocks = pipeline.transformer().blocks();
        orders.getFirst().cache().ifPresent(params -> params.requireFits(blocks));
        draw(pipeline, orders, names, progress, signal);
        return 0;
      } catch (InvalidCacheConfigException e) {
        throw CacheOptions.refused(e, caching, given);
      } catch (CancelledException e) {
        sayCancelled(progress);
        return interrupts.exitCode();
      }
    } catch (RuntimeException | IOException e) {
      progress.clear();
      throw e;
    }
  }

  private void sayCancelled(Progress progress) {
    progress.clear();
    say("cancelled");
  }

  private void say(String line) {
    spec.commandLine().getErr().println("inkstream: " + line);
  }

  private ObjectNode fields() {
    ObjectNode fields = FieldOptions.given(spec);
    String size = Field.SIZE.wireName();
    if (fields.has(size)
        && (fields.has(Field.WIDTH.wireName()) || fields.has(Field.HEIGHT.wireName()))) {
      throw Field.SIZE.refused(
          "'" + fields.get(size).textValue() + "'",
          "WIDTHxHEIGHT such as 256x192, without --width and --height");
    }
    CacheOptions.parse(fields);
    stepping.put(fields);
    inputs.put(fields);
    String format = Field.OUTPUT_FORMAT.wireName();
    var asked = Optional.ofNullable(fields.get(format)).map(JsonNode::textValue);
    return fields.put(format, output.format(asked).word());
  }

  private Defaults defaults(Path model, SamplingDefaults sampling, AdapterShelf adapters) {
    var known = DrawingDefaults.of(model);
    return new Defaults(
        known.trained(),
        new PictureSize(known.side(), known.side()),
        Long.MAX_VALUE,
        OptionalInt.empty(),
        sampling,
        adapters::active,
        inputs);
  }

  /// An order for each picture, in the order of prompts.
  private List<Order> orders(OrderReader reader, ObjectNode fields, List<String> prompts) {
    var seeds = picture.seeds(prompts.size());
    List<Order> orders = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      fields.put(Field.PROMPT.wireName(), prompts.get(prompt));
      for (long seed : seeds.get(prompt)) {
        orders.add(reader.read(Fields.of(fields.put(Field.SEED.wireName(), seed))));
      }
    }
    return orders;
  }

  private void draw(
      DiffusionPipeline pipeline,
      List<Order> orders,
      PictureNames names,
      Progress progress,
      CancellationSignal signal)
      throws IOException {
    var admitted = orders.stream().map(Order::drawing).map(pipeline::admit).toList();
    var record = new PictureRecord(modelName, InkstreamVersion.number());
    for (int i = 0; i < orders.size(); i++) {
      var order = orders.get(i);
      progress.picture(i, orders.size());
      var clock = new StepClock(System::nanoTime);
      var did = new DrawingJournal();
      var image = pipeline.generate(admitted.get(i), progress.andThen(did), signal).getFirst();
      var texts = record.texts(order, image, did.cache(), did.forecast());
      byte[] bytes = order.output().encoder().encode(image.pixels(), texts);
      Path file = names.of(i, image.prompt(), image.seed()).write(bytes);
      progress.done(summary(file, image, clock.seconds()));
      if (reports.cache()) {
        spec.commandLine().getErr().println(CacheReport.of(did));
      } else {
        did.cache().ifPresent(made -> progress.done(made.toString()));
      }
      if (reports.forecast()) {
        spec.commandLine().getErr().println(ForecastReport.of(did));
      } else {
        did.forecast().ifPresent(made -> progress.done(made.toString()));
      }
      spec.commandLine().getOut().println(file);
    }
  }

  private static String summary(Path file, GeneratedImage image, double seconds)
      throws IOException {
    return String.format(
        Locale.ROOT,
        "saved %s: %dx%d, %.1f kB, seed %d, %s",
        file,
        image.pixels().width(),
        image.pixels().height(),
        Files.size(file) / 1e3,
        image.seed(),
        StepClock.duration(seconds));
  }

  private PullProgress fetching() {
    return output.quiet() ? PullProgress.NONE : PullProgress.on(err(), Terminal.isThere());
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private Progress progress() {
    if (output.quiet()) {
      return new NoProgress();
    }
    return Progress.on(err(), Terminal.isThere(), System::nanoTime);
  }
}
