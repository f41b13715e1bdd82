//! Files as a whole: the format that is written, what comes back, what is refused.
use ironhorn_h5::{File, from_bytes, replace, to_bytes};
use std::path::PathBuf;
use tensor::{Array, DType};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ironhorn-h5-test-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[test]
fn the_format_is_the_oldest_and_the_same_bytes_each_time() {
    let make = || {
        to_bytes(|root| {
            root.set_text("backend", "tensorflow")?;
            root.create_group("a/b")?.set_texts("names", &["x", "longer"])?;
            root.write("c/d", &Array::full(DType::F32, [3, 2], 0.5))
        })
        .unwrap()
    };
    let bytes = make();
    assert_eq!(&bytes[..9], b"\x89HDF\r\n\x1a\n\0", "a superblock of version 0");
    assert_eq!(bytes, make());
}

#[test]
fn arrays_of_every_type_come_back() {
    let numbers = [0.0, 1.0, 2.0, 100.0];
    let read_as = |dtype| match dtype {
        DType::Bool => DType::U8,
        DType::F16 | DType::BF16 => DType::F32,
        same => same,
    };
    for dtype in DType::ALL {
        let array = Array::from_f64(dtype, [2, 2], &numbers).unwrap();
        let bytes = to_bytes(|root| root.write("x", &array)).unwrap();
        let back = from_bytes(&bytes, |root| root.read("x")).unwrap();
        assert_eq!((back.dtype(), back.shape()), (read_as(dtype), &[2, 2][..]));
        assert_eq!(back.to_f64(), array.to_f64());
    }
    for shape in [vec![], vec![0], vec![3, 0, 2], vec![1, 1]] {
        let array = Array::full(DType::F32, shape.clone(), 7.0);
        let bytes = to_bytes(|root| root.write("x", &array)).unwrap();
        assert_eq!(from_bytes(&bytes, |root| root.read("x")).unwrap(), array);
        assert_eq!(from_bytes(&bytes, |root| root.shape("x")).unwrap(), shape);
    }
}

#[test]
fn texts_come_back() {
    let long = "é".repeat(100_000);
    let names: Vec<String> = (0..3000).map(|i| format!("layer_{i}/with a long name, so that one attribute is not enough")).collect();
    let bytes = to_bytes(|root| {
        root.set_text("empty", "")?;
        root.set_text("long", &long)?;
        root.set_texts("none", &[] as &[&str])?;
        root.set_texts("foreign", &["größe", "b"])?;
        root.set_texts("names", &names)
    })
    .unwrap();
    let back = from_bytes(&bytes, |root| {
        assert_eq!(root.text("empty")?.as_deref(), Some(""));
        assert_eq!(root.text("long")?, Some(long.clone()));
        assert_eq!(root.texts("none")?, Some(Vec::new()));
        assert_eq!(root.texts("foreign")?.unwrap(), ["größe", "b"]);
        assert_eq!(root.text("absent")?, None);
        assert_eq!(root.text("none").unwrap_err().code(), "h5_format");
        assert!(root.texts("names4")?.is_none() && root.texts("names2")?.is_some());
        root.texts("names")
    });
    assert_eq!(back.unwrap().unwrap(), names);
}

#[test]
fn what_is_not_there_is_said() {
    let bytes = to_bytes(|root| root.create_group("a").map(drop)).unwrap();
    from_bytes(&bytes, |root| {
        assert!(root.has("a") && !root.has("a/b") && !root.has("x"));
        assert_eq!(root.group("x").err().unwrap().code(), "h5_missing");
        assert_eq!(
            root.read("a/b").unwrap_err().message(),
            "There is no /a/b in the file. The file is damaged, or Keras did not write it."
        );
        assert_eq!(root.read("a").unwrap_err().code(), "h5_format");
        Ok(())
    })
    .unwrap();
    assert_eq!(from_bytes(b"no file", |_| Ok(())).unwrap_err().code(), "h5_open");
    assert_eq!(from_bytes(&bytes[..bytes.len() / 2], |_| Ok(())).unwrap_err().code(), "h5_open");
}

#[test]
fn what_claims_more_than_the_file_holds_is_refused() {
    let folder = Folder::new("claims");
    let path = folder.file("x.h5");
    let file = hdf5::File::create(&path).unwrap();
    file.new_dataset::<f32>().shape([1usize << 40]).create("large").unwrap();
    file.new_dataset::<f64>().shape([1usize << 30, 1 << 29]).create("larger").unwrap();
    file.new_dataset::<f32>().shape([1usize << 40]).chunk([1 << 10]).deflate(1).create("chunks").unwrap();
    file.new_dataset::<f32>().shape(4..).chunk([1 << 29]).create("chunk").unwrap();
    file.close().unwrap();
    let file = File::open(&path).unwrap();
    for name in ["large", "larger", "chunks", "chunk"] {
        assert_eq!(file.root().read(name).unwrap_err().code(), "h5_format", "{name}");
    }
}

#[test]
fn links_out_of_the_file_are_refused() {
    let folder = Folder::new("links");
    let secret = File::create(&folder.file("secret.h5")).unwrap();
    secret.root().write("x", &Array::scalar(1f32)).unwrap();
    secret.root().create_group("g").unwrap();
    secret.close().unwrap();
    let file = hdf5::File::create(folder.file("a.h5")).unwrap();
    file.link_external("secret.h5", "/x", "x").unwrap();
    file.link_external("secret.h5", "/g", "g").unwrap();
    file.close().unwrap();
    let file = File::open(&folder.file("a.h5")).unwrap();
    assert_eq!(file.root().read("x").unwrap_err().code(), "h5_external");
    assert_eq!(file.root().group("g").err().unwrap().code(), "h5_external");
}

#[test]
fn a_failed_replacement_leaves_the_old_file() {
    let folder = Folder::new("replace");
    let path = folder.file("x.h5");
    replace(&path, |root| root.set_text("version", "1")).unwrap();
    let failed = replace(&path, |root| {
        root.set_text("version", "2")?;
        Err(tensor::Error::value("test", "stopped"))
    });
    assert_eq!(failed.unwrap_err().code(), "test");
    let version = || File::open(&path).unwrap().root().text("version").unwrap().unwrap();
    assert_eq!(version(), "1");
    replace(&path, |root| root.set_text("version", "3")).unwrap();
    assert_eq!(version(), "3");
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("permissions");
    let (path, link) = (folder.file("x.h5"), folder.file("link.h5"));
    replace(&path, |_| Ok(())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    replace(&link, |root| root.set_text("new", "yes")).unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(File::open(&path).unwrap().root().text("new").unwrap().is_some());
}

#[test]
fn threads_may_read_and_write_at_once() {
    let one = |i: u64| {
        let array = Array::full(DType::F64, [50], i as f64);
        let bytes = to_bytes(|root| root.write("x", &array)).unwrap();
        assert_eq!(from_bytes(&bytes, |root| root.read("x")).unwrap(), array);
    };
    std::thread::scope(|scope| (0..8).for_each(|t| drop(scope.spawn(move || (0..20).for_each(|i| one(t * 100 + i))))));
}
