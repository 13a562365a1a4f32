// Lets somebody record in the browser; the recording goes into the file field, as any file does.
(function () {
  "use strict";
  var place = document.querySelector("[data-recorder]");
  var field = document.querySelector("input[data-recorded]");
  var canRecord = window.MediaRecorder && navigator.mediaDevices && window.DataTransfer;
  if (!place || !field || !canRecord) { return; }
  var button = place.querySelector("button");
  var status = place.querySelector("[role=status]");
  var recorder = null, pieces = [], began = 0, ticking = null;
  place.hidden = false;

  function since() {
    var seconds = Math.round((Date.now() - began) / 1000);
    return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }

  function keep(stream) {
    var type = recorder.mimeType.split(";")[0];
    var form = type === "audio/mp4" ? "m4a" : type === "audio/ogg" ? "ogg" : "webm";
    var files = new DataTransfer();
    files.items.add(new File(pieces, "recording." + form, { type: type }));
    field.files = files.files;
    stream.getTracks().forEach(function (track) { track.stop(); });
    window.clearInterval(ticking);
    status.textContent = place.dataset.done + " " + since();
    button.textContent = place.dataset.stopped;
    recorder = null;
  }

  function begin(stream) {
    pieces = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", function (event) { pieces.push(event.data); });
    recorder.addEventListener("stop", function () { keep(stream); });
    recorder.start();
    began = Date.now();
    ticking = window.setInterval(function () { status.textContent = since(); }, 1000);
    button.textContent = place.dataset.running;
  }

  button.addEventListener("click", function () {
    if (recorder) { recorder.stop(); return; }
    navigator.mediaDevices.getUserMedia({ audio: true }).then(begin, function () {
      status.textContent = place.dataset.refused;
    });
  });
})();
