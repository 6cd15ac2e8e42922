//! The emulator's parts that need no socket.

use batches_emulator::heads::Heads;
use batches_emulator::limiter::Limiter;
use batches_emulator::payload::{PIECE, Payload};
use batches_emulator::record::{MAX_BYTES, MAX_RECORDS, Record, Records};
use bytes::Bytes;

/// The heads of a stream that arrives in pieces of that size.
fn heads(stream: &str, piece: usize) -> Vec<String> {
    let mut heads = Heads::default();
    for piece in stream.as_bytes().chunks(piece) {
        heads.feed(piece);
    }
    std::iter::from_fn(|| heads.take())
        .map(|head| String::from_utf8(head).unwrap())
        .collect()
}

#[test]
fn heads_are_cut_out_whatever_the_pieces() {
    let stream = concat!(
        "GET /1 HTTP/1.1\r\nHoSt: a\r\n\r\n",
        "POST /2 HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET /no\r\n",
        "\r\nPOST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "B;x=1\r\nGET /no\r\n\r\n\r\n1\r\nx\r\n0\r\nTrailer: 1\r\n\r\n",
        "DELETE /4 HTTP/1.1\nx: y\n\n",
        "DELETE /5 HTTP/1.1\r\n\r\n",
    );
    let expected = [
        "GET /1 HTTP/1.1\r\nHoSt: a",
        "POST /2 HTTP/1.1\r\nContent-Length: 9",
        "POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked",
        "DELETE /4 HTTP/1.1\nx: y",
        "DELETE /5 HTTP/1.1",
    ];
    for piece in (1..60).chain([stream.len()]) {
        assert_eq!(heads(stream, piece), expected, "in pieces of {piece}");
    }
}

#[test]
fn a_head_that_has_not_ended_is_none_yet() {
    assert_eq!(
        heads("GET / HTTP/1.1\r\nhost: a\r\n", 100),
        Vec::<String>::new()
    );
}

#[test]
fn a_bucket_empties_and_fills() {
    let mut limiter = Limiter::new(Some(60), Some(2), 0.0);
    assert!(limiter.take(0.0).allowed);
    assert!(limiter.take(0.0).allowed);
    let refused = limiter.take(0.0);
    assert_eq!((refused.allowed, refused.remaining), (false, 0));
    assert!((refused.next_ms - 1_000.0).abs() < 0.1);
    assert!(!limiter.take(999.0).allowed);
    assert!(limiter.take(1_000.1).allowed);
    assert!(limiter.take(100_000.0).allowed && limiter.take(100_000.0).allowed);
    assert!(
        !limiter.take(100_000.0).allowed,
        "no more than the burst is saved up"
    );
}

#[test]
fn without_a_limit_everything_is_allowed() {
    let mut limiter = Limiter::new(None, None, 0.0);
    assert!((0..10_000).all(|_| limiter.take(0.0).allowed));
}

#[test]
fn the_oldest_are_forgotten() {
    let mut records = Records::default();
    for _ in 0..MAX_RECORDS + 3 {
        records.add(Record::default());
    }
    assert_eq!(records.about(None).count(), MAX_RECORDS);
    assert_eq!(records.about(None).next().map(|record| record.seq), Some(4));

    let large = Bytes::from(vec![b'x'; MAX_BYTES / 2 + 1]);
    for _ in 0..2 {
        let body = large.clone();
        records.add(Record {
            body,
            ..Record::default()
        });
    }
    assert_eq!(records.about(None).count(), 1, "two don't fit");
}

#[test]
fn a_head_is_taken_apart_without_losing_a_byte() {
    let record = Record {
        head: b"GET /a?b=c?d HTTP/1.1\r\nX-Odd:  1 \r\nx-odd: \xff:2".to_vec(),
        ..Record::default()
    };
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["path"], "/a");
    assert_eq!(json["query"], "b=c?d");
    assert_eq!(
        json["headers"],
        serde_json::json!([["X-Odd", "1"], ["x-odd", "\u{ff}:2"]])
    );
}

fn read(payload: &Payload, from: usize, to: usize) -> Vec<u8> {
    let mut read = Vec::new();
    while let Some(piece) = payload.piece(from + read.len(), to) {
        read.extend_from_slice(&piece);
    }
    read
}

#[test]
fn pieces_make_the_whole() {
    for (text, times) in [
        ("abc", 1),
        ("abc", 50_000),
        ("", 7),
        ("abc", 0),
        ("x", 65_537),
    ] {
        let payload = Payload::new(Bytes::from(text), times);
        let whole = text.repeat(times).into_bytes();
        let half = whole.len() / 2;
        assert_eq!(payload.len(), whole.len());
        let mut read_all = read(&payload, 0, half);
        read_all.extend(read(&payload, half, whole.len()));
        assert!(read_all == whole, "{text} × {times}");
    }
}

#[test]
fn a_large_body_takes_little_memory() {
    let payload = Payload::new(Bytes::from("x".repeat(1024)), 1_000_000);
    assert_eq!(payload.len(), 1_024_000_000);
    let piece = payload.piece(0, payload.len()).unwrap();
    assert!(piece.len() <= PIECE, "it holds one piece, which repeats");
}
