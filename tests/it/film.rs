//! Films of runs: what is in the file, and what is refused.

use crate::harness::{TestFolder, repository};

/// The small scene of the documentation, and a short part of it.
fn film_args<'a>(scene: &'a str, out: &'a str) -> Vec<&'a str> {
    vec!["film", scene, "--to", "2d", "--size", "320x240", "--fps", "4", "--tempo", "4", "--out", out]
}

fn first_scene() -> String {
    repository().join("scenes/first.ron").display().to_string()
}

#[test]
fn a_film_has_the_frames_that_it_says_and_the_same_bytes_each_time() {
    let folder = TestFolder::empty();
    let scene = first_scene();
    let first = folder.run(&film_args(&scene, "first.gif"));
    assert_eq!(first.code, Some(0), "{}", first.err);
    folder.run_ok(&[&film_args(&scene, "again.gif")[..], &["--threads", "1"]].concat());
    let bytes = std::fs::read(folder.path("first.gif")).unwrap();
    assert!(bytes == std::fs::read(folder.path("again.gif")).unwrap(), "on one thread and on all");
    let mut decoder = gif::DecodeOptions::new().read_info(bytes.as_slice()).unwrap();
    assert_eq!((decoder.width(), decoder.height()), (320, 240));
    let mut frames = 0;
    while decoder.next_frame_info().unwrap().is_some() {
        frames += 1;
    }
    assert!(frames > 20, "{frames}");
    assert!(first.err.contains(&format!("first.gif: {frames} frames")), "{}", first.err);
}

#[test]
fn frames_are_png_files_of_the_size() {
    let folder = TestFolder::empty();
    let scene = first_scene();
    folder.run_ok(&film_args(&scene, "frames"));
    let picture = image::open(folder.path("frames/frame00010.png")).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (320, 240));
    let (first, middle) = (picture.get_pixel(0, 0), picture.get_pixel(160, 120));
    assert!(first.0[0] > 20 && first != middle, "a picture, and not one colour: {first:?} and {middle:?}");
}

#[test]
fn one_picture_is_drawn_at_an_instant() {
    let folder = TestFolder::empty();
    let scene = first_scene();
    let still =
        |out: &str| folder.run(&["film", &scene, "--until", "1d", "--at", "5h", "--wide", "--size", "400x240", "--out", out]);
    let answer = still("clock.png");
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(image::open(folder.path("clock.png")).unwrap().to_rgb8().dimensions(), (400, 240));
    assert!(still("clock.png").err.contains("already exists"));
    let other = still("clock.gif");
    assert!(other.code == Some(2) && other.err.contains("--out clock.png"), "{}", other.err);
}

#[test]
fn a_point_may_be_before_or_after_a_beat() {
    let folder = TestFolder::empty();
    let scene = first_scene();
    let picture = |at: &str, out: &str| {
        folder.run_ok(&["film", &scene, "--at", at, "--wide", "--size", "320x240", "--out", out]);
        std::fs::read(folder.path(out)).expect("a picture")
    };
    let beat = picture("broken", "beat.png");
    assert!(beat == picture("Broken+0h", "same.png"));
    assert!(beat != picture("broken-9h", "earlier.png"));
}

#[test]
fn what_cannot_be_filmed_is_refused_with_a_hint() {
    let folder = TestFolder::empty();
    let scene = first_scene();
    folder.write("there.gif", "");
    let refused = |args: &[&str]| {
        let answer = folder.run(args);
        (answer.code, answer.err)
    };
    let film = |more: &[&'static str]| [&["film", scene.as_str()][..], more].concat();
    for (more, code, says) in [
        (&["--out", "there.gif"][..], 3, "already exists"),
        (&["--out", "film.avi"], 2, "use .gif, .webm or .mp4"),
        (&["--out", "film.gif", "--from", "B99"], 2, "neither a beat nor a date"),
        (&["--out", "film.gif", "--from", "broken-soon"], 2, "neither a beat nor a date"),
        (&["--out", "film.gif", "--from", "5d", "--to", "2d"], 2, "--to is earlier than --from"),
        (&["--out", "film.gif", "--until", "2d", "--from", "9d"], 2, "is after the end of the run"),
        (&["--out", "film.gif", "--size", "10x10"], 2, "WIDTHxHEIGHT"),
        (&["--out", "missing/film.gif", "--to", "1d"], 3, "no such file"),
    ] {
        let (found, err) = refused(&film(more));
        assert!(found == Some(code) && err.contains(says), "{more:?}: {found:?} {err}");
    }
    assert!(!folder.path("film.gif").exists());
}

#[cfg(unix)]
#[test]
fn a_video_is_piped_to_ffmpeg_or_refused_without_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TestFolder::empty();
    let scene = first_scene();
    let film = |out: &str, path: &std::path::Path| {
        let answer = folder.command(&film_args(&scene, out)).env("PATH", path).output().unwrap();
        (answer.status.code(), String::from_utf8(answer.stderr).unwrap())
    };
    let tools = folder.path("tools");
    std::fs::create_dir(&tools).unwrap();
    let (code, err) = film("first.webm", &tools);
    assert!(code == Some(3) && err.contains("ffmpeg is not installed"), "{err}");
    // A program in its place writes the arguments and the number of bytes into the file that is its last argument.
    let program = tools.join("ffmpeg");
    let set = |text: &str| {
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    set("#!/bin/sh\nfor last in \"$@\"; do :; done\necho \"$* $(/usr/bin/wc -c)\" > \"$last\"\n");
    let (code, err) = film("first.webm", &tools);
    assert_eq!(code, Some(0), "{err}");
    let written = folder.read("first.webm");
    let bytes: usize = written.split_whitespace().last().and_then(|bytes| bytes.parse().ok()).unwrap();
    assert!(bytes > 0 && bytes.is_multiple_of(320 * 240 * 3), "whole frames: {written}");
    assert!(err.contains(&format!("{} frames", bytes / (320 * 240 * 3))), "{err}");
    assert!(written.contains("-s 320x240 -r 4 -i -") && written.contains("libvpx-vp9"), "{written}");
    set("#!/bin/sh\necho 'Unknown encoder' >&2\nexit 1\n");
    let (code, err) = film("second.mp4", &tools);
    assert!(code == Some(3) && err.contains("ffmpeg failed: Unknown encoder"), "{err}");
    assert!(!folder.path("second.mp4").exists());
    let left: Vec<_> = std::fs::read_dir(folder.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing hidden is left: {left:?}");
}

/// A hue from 190 to 260 degrees with a saturation over 0.15 (HSV).
fn is_blue([red, green, blue]: [u8; 3]) -> bool {
    let [red, green, blue] = [red, green, blue].map(f64::from);
    let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
    if high == 0.0 || (high - low) / high <= 0.15 || blue < high {
        return false;
    }
    (190.0..=260.0).contains(&(240.0 + 60.0 * (red - green) / (high - low)))
}

#[test]
fn the_pictures_of_the_stage_in_the_documentation_have_no_blue() {
    let script = std::fs::read_to_string(repository().join("docs/pictures/draw")).unwrap();
    let names: Vec<&str> = script
        .lines()
        .filter_map(|line| line.trim_start_matches("people=4000 ").strip_prefix("still ")?.split_whitespace().next())
        .collect();
    assert_eq!(names.len(), 12, "{names:?}");
    for name in names {
        let path = repository().join(format!("docs/pictures/{name}.png"));
        let picture = image::open(&path).unwrap_or_else(|error| panic!("{name}: {error}")).to_rgb8();
        assert_eq!(picture.dimensions(), (960, 540), "{name}");
        let blue = picture.enumerate_pixels().find(|(_, _, pixel)| is_blue(pixel.0));
        assert!(blue.is_none(), "{name}: {blue:?}");
    }
}
