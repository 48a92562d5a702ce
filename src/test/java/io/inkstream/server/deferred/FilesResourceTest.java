package io.inkstream.server.deferred;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.startsWith;

import io.inkstream.Await;
import io.inkstream.RawHttp;
import io.inkstream.server.files.FileStore;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/files`.
@QuarkusTest
class FilesResourceTest {
  private static final byte[] LINES = "{\"custom_id\": \"ä\"}\n".getBytes(StandardCharsets.UTF_8);

  @Inject FileStore store;
  @TestHTTPResource URI server;

  @BeforeEach
  void noFilesAreKept() {
    store.list().forEach(file -> store.delete(file.id()));
  }

  @ParameterizedTest
  @CsvSource({
    "x: no type,'must be multipart/form-data, with the boundary of its parts'",
    "Content-Type: multipart/form-data,file is missing"
  })
  void whatIsNoFormIsRefusedAndLeavesNothing(String header, String why) throws IOException {
    String answer =
        RawHttp.exchange(
            server.toString(),
            "POST /v1/files HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            header,
            "Content-Length: 0");

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains(why);
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aFileComesBackAsItWasSent() {
    String id =
        form(LINES)
            .multiPart("purpose", "batch")
            .post("/v1/files")
            .then()
            .statusCode(200)
            .body("object", equalTo("file"))
            .body("id", startsWith("file-"))
            .body("bytes", equalTo(LINES.length))
            .body("created_at", greaterThan(1_600_000_000))
            .body("filename", equalTo("requests.jsonl"))
            .body("purpose", equalTo("batch"))
            .body("status", equalTo("processed"))
            .extract()
            .path("id");

    given().get("/v1/files/" + id).then().statusCode(200).body("id", equalTo(id));
    var content = given().get("/v1/files/" + id + "/content").then().statusCode(200).extract();
    assertThat(content.asByteArray()).isEqualTo(LINES);
    var rest = given().header("Range", "bytes=2-").get("/v1/files/" + id + "/content").then();
    assertThat(rest.statusCode(206).extract().asByteArray())
        .isEqualTo(Arrays.copyOfRange(LINES, 2, LINES.length));
  }

  @Test
  void aFileLargerThanABodyMayBeGoesToDiskAsItComes() {
    byte[] large = new byte[20 << 20];
    Arrays.fill(large, (byte) 'a');

    String id =
        form(large).multiPart("purpose", "batch").post("/v1/files").then().extract().path("id");

    assertThat(store.find(id).orElseThrow().bytes()).isEqualTo(large.length);
    assertThat(store.contents(store.find(id).orElseThrow())).hasBinaryContent(large);
  }

  @Test
  void filesAreListedInPagesTheNewestFirst() {
    List<String> ids =
        List.of("a", "b", "c").stream().map(name -> kept(name, "batch")).sorted().toList();

    var first = given().get("/v1/files?limit=2&order=asc").then().statusCode(200).extract();
    assertThat(first.<Boolean>path("has_more")).isTrue();
    List<String> page = first.path("data.id");
    List<String> rest =
        given().get("/v1/files?order=asc&after=" + page.getLast()).then().extract().path("data.id");
    assertThat(page).hasSize(2);
    assertThat(rest).hasSize(1);
    assertThat(ids).containsAll(page).containsAll(rest);
    given().get("/v1/files?purpose=batch_output").then().body("data.size()", equalTo(0));
    given().get("/v1/files?order=up").then().statusCode(400).body("error.param", equalTo("order"));
    given().get("/v1/files?limit=0").then().statusCode(400).body("error.param", equalTo("limit"));
    given().get("/v1/files?after=a").then().statusCode(400).body("error.param", equalTo("after"));
  }

  @Test
  void aDeletedFileIsGone() {
    String id = kept("a", "batch");

    given().delete("/v1/files/" + id).then().statusCode(200).body("deleted", equalTo(true));

    given()
        .get("/v1/files/" + id)
        .then()
        .statusCode(404)
        .body("error.code", equalTo("file_not_found"));
    given().get("/v1/files/" + id + "/content").then().statusCode(404);
    given().delete("/v1/files/" + id).then().statusCode(404);
  }

  @ParameterizedTest
  @CsvSource({"purpose,fine-tune", "expires_after[seconds],60", "expires_after[anchor],now"})
  void aFieldThatIsNotAllowedIsNamed(String field, String value) {
    RequestSpecification form = form(LINES).multiPart(field, value);

    (field.equals("purpose") ? form : form.multiPart("purpose", "batch"))
        .post("/v1/files")
        .then()
        .statusCode(400)
        .body("error.param", equalTo(field))
        .body("error.message", containsString("'" + value + "'"));
    assertThat(left()).isEmpty();
  }

  @Test
  void aFormWithoutAFileOrWithoutAPurposeIsRefused() {
    given()
        .multiPart("purpose", "batch")
        .post("/v1/files")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("file"));
    form(LINES).post("/v1/files").then().statusCode(400).body("error.param", equalTo("purpose"));
    given().contentType("application/json").body("{}").post("/v1/files").then().statusCode(415);
    assertThat(left()).isEmpty();
  }

  @Test
  void aTimeToBeKeptIsTaken() {
    var file =
        form(LINES)
            .multiPart("purpose", "batch")
            .multiPart("expires_after[anchor]", "created_at")
            .multiPart("expires_after[seconds]", "3600")
            .post("/v1/files")
            .then()
            .extract();

    assertThat(file.<Integer>path("expires_at") - file.<Integer>path("created_at")).isEqualTo(3600);
  }

  @Test
  void aSenderWhoStallsIsAnswered408AndNothingIsLeft() throws IOException {
    try (var connection = new RawHttp(server.toString())) {
      connection.send(head(1 << 20) + part());
      assertThat(connection.readAll()).startsWith("HTTP/1.1 408");
    }
    Await.until("nothing is left", () -> left().isEmpty());
  }

  @Test
  void ofASenderWhoHangsUpNothingIsLeft() throws IOException {
    try (var connection = new RawHttp(server.toString())) {
      connection.send(head(1 << 20) + part() + "a".repeat(100_000));
      Await.until("it comes", () -> !left().isEmpty());
    }
    Await.until("nothing is left", () -> left().isEmpty());
  }

  @Test
  void aFileThatIsTooLargeIsRefusedBeforeItComes() throws IOException {
    try (var connection = new RawHttp(server.toString())) {
      connection.send(head(4L << 30) + part());
      assertThat(connection.readAll()).startsWith("HTTP/1.1 413").contains("request_too_large");
    }
  }

  @Test
  void whatIsNoFormIsRefused() throws IOException {
    try (var connection = new RawHttp(server.toString())) {
      connection.send(head(10) + "no form at");
      assertThat(connection.readAll()).startsWith("HTTP/1.1 400");
    }
    Await.until("nothing is left", () -> left().isEmpty());
  }

  private String head(long length) {
    return "POST /v1/files HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n"
            .formatted(server.getHost(), server.getPort())
        + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n"
            .formatted(length);
  }

  private static String part() {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
  }

  /// Drafts in the folder.
  private static List<Path> left() {
    try (var all = Files.list(Path.of("target/test-pictures/files"))) {
      return all.filter(path -> path.toString().endsWith(".part")).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String kept(String name, String purpose) {
    return given()
        .multiPart("file", name, name.getBytes(StandardCharsets.UTF_8))
        .multiPart("purpose", purpose)
        .post("/v1/files")
        .then()
        .statusCode(200)
        .extract()
        .path("id");
  }

  private static RequestSpecification form(byte[] file) {
    return given().multiPart("file", "requests.jsonl", file, "application/jsonl");
  }
}
