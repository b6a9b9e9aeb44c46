# Is it a HAR 1.2 log? The rules of its specification, as a condition.
def text: type == "string";
def count: type == "number" and . == floor and . >= -1;
def time: type == "number" and (. >= 0 or . == -1);
def date: text and
    test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$");
def pairs: type == "array" and all((.name | text) and (.value | text));
def message: (.httpVersion | text) and (.cookies | pairs) and
    (.headers | pairs) and (.headersSize | count) and (.bodySize | count);
def request: message and (.method | text) and
    (.url | text and test("^[a-z]+:[!-~]+$")) and (.queryString | pairs);
def response: message and (.status | count) and (.statusText | text) and
    (.content | (.size | count) and (.mimeType | text)) and
    (.redirectURL | text);
def times: [.blocked, .dns, .connect, .ssl, .send, .wait, .receive] |
    all(time);
def entry($pages): (.startedDateTime | date) and (.time | time) and
    (.request | request) and (.response | response) and
    (.cache | type == "object") and (.timings | times) and
    (.pageref | IN($pages[])) and
    (.serverIPAddress | . == null or test("^[0-9a-f.:]+$")) and
    # connect has ssl in it
    ((.timings | [.blocked, .dns, .connect, .send, .wait, .receive] |
        map(select(. >= 0)) | add) - .time | fabs) < 0.01;

.log | .version == "1.2" and (.creator | (.name | text) and (.version | text))
    and (.pages | all((.startedDateTime | date) and (.id | text) and
        (.title | text) and (.pageTimings.onLoad | time)))
    and ([.pages[].id] as $pages | .entries | all(entry($pages)))
