package io.inkstream.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.StoredEvent;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.record.RecordFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/// Tells of kept jobs to whom their clients named, whichever store keeps them and whichever process
/// draws them: whoever takes a job in watches its events. What is watched is written down, so that
/// the next process goes on with it. Safe for any thread.
public final class JobHooks implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JobHooks.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ID_LENGTH = 32;

  private final RecordFolder records;
  private final JobStore store;
  private final Webhooks webhooks;
  // By their jobs: all that this process looks after.
  private final Map<String, Hook> mine = new ConcurrentHashMap<>();
  // Jobs of them that are watched, or not accepted yet.
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  // They wait for the disk, not for receivers.
  private final ExecutorService disk = Executors.newVirtualThreadPerTaskExecutor();

  public JobHooks(RecordFolder records, JobStore store, Webhooks webhooks) {
    this.records = records;
    this.store = store;
    this.webhooks = webhooks;
  }

  /// What somebody wants to be told.
  public record Hook(String job, List<Destination> to, HookFilter filter) {
    public Hook {
      to = List.copyOf(to);
    }

    ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("job", job);
      var urls = json.putArray("urls");
      to.forEach(one -> urls.add(one.url().toString()));
      return json.put("filter", filter.text());
    }

    static Hook fromJson(JsonNode json) {
      List<Destination> to = new ArrayList<>();
      json.required("urls").forEach(url -> to.add(Destination.parse(url.textValue())));
      return new Hook(
          json.required("job").textValue(),
          to,
          HookFilter.parse(json.required("filter").textValue()));
    }
  }

  /// Where events of jobs go that name no destination.
  public List<Destination> standing() {
    return webhooks.isOpen() ? webhooks.standing() : List.of();
  }

  /// Writes down what is to be told of a job, before it is accepted. Waits for the disk.
  ///
  /// @return whether nothing was to be told of it before; if not, nothing has changed
  /// @throws RecordException if that fails
  public boolean write(Hook hook) {
    if (mine.putIfAbsent(hook.job(), hook) != null) {
      return false;
    }
    busy.add(hook.job());
    try {
      records.put(key(hook.job()), hook.toJson());
      return true;
    } catch (RecordException e) {
      delete(hook);
      throw e;
    }
  }

  /// The job was not accepted, or had been before.
  public void forget(Hook hook) {
    disk.execute(() -> delete(hook));
  }

  private void delete(Hook hook) {
    mine.remove(hook.job());
    busy.remove(hook.job());
    try {
      records.delete(key(hook.job()));
    } catch (RecordException e) {
      LOG.warnf("what was to be told of job %s stays written down: %s", hook.job(), e.getMessage());
    }
  }

  /// Tells of a job that the store has, from its first event on.
  public void watch(Hook hook) {
    busy.add(hook.job());
    var _ =
        store
            .events(hook.job(), 0)
            .emitOn(disk)
            .subscribe()
            .with(
                event -> tell(hook, event),
                failure -> leave(hook, failure),
                () -> busy.remove(hook.job()));
  }

  private void tell(Hook hook, StoredEvent event) {
    if (hook.filter().wants(event.type())) {
      webhooks.sendNow(
          new WebhookEvent(id(hook, event), event.type(), Instant.now(), data(event)), hook.to());
    }
    if (event.isLast()) {
      delete(hook);
    }
  }

  /// The same for the same event, however often it is told.
  private static String id(Hook hook, StoredEvent event) {
    return "evt_" + digest(hook.job() + "\n" + event.type());
  }

  private static ObjectNode data(StoredEvent event) {
    try {
      return (ObjectNode) JSON.readTree(event.data());
    } catch (IOException e) {
      throw new UncheckedIOException("an event is no JSON", e);
    }
  }

  private void leave(Hook hook, Throwable failure) {
    busy.remove(hook.job());
    LOG.warnf("job %s is not watched, later again: %s", hook.job(), failure.getMessage());
  }

  /// Goes on with what processes that are gone have watched, and with what was lost sight of. Waits
  /// for the disk.
  public void takeOver() {
    if (webhooks.isOpen()) {
      records.takeOver().forEach(this::read);
      mine.values().stream().filter(hook -> busy.add(hook.job())).forEach(this::look);
    }
  }

  private void read(String key) {
    try {
      records.find(key).map(Hook::fromJson).ifPresent(hook -> mine.put(hook.job(), hook));
    } catch (IllegalArgumentException e) {
      LOG.warnf("%s says of no job what to tell: it is left as it is", key);
    }
  }

  private void look(Hook hook) {
    var _ =
        store
            .find(hook.job())
            .whenCompleteAsync(
                (found, failure) -> {
                  if (failure != null) {
                    leave(hook, failure);
                  } else {
                    found(hook, found);
                  }
                },
                disk);
  }

  private void found(Hook hook, Lookup found) {
    switch (found) {
      case Lookup.Kept _ -> watch(hook);
      case Lookup.Expired _, Lookup.Unknown _ -> delete(hook);
    }
  }

  private static String key(String job) {
    return "hook_" + digest(job);
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// What is not told yet is told by the next process.
  @Override
  public void close() {
    disk.shutdown();
  }
}
