/**
 * A conversation is opened at its end, and that is what is painted first: modules run only when all of them are there,
 * and the reader would see its beginning until then.
 */
{
  const { found } = document.getElementById("main").dataset;
  const transcript = document.getElementById("transcript");
  const isElsewhere = found || location.hash.startsWith("#m-") || !transcript.querySelector(":scope > article");
  if (!isElsewhere) transcript.scrollTop = transcript.scrollHeight;
}
