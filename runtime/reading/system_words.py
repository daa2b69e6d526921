"""What the system says went wrong with a file, in Chinese."""

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "用完了磁盘配额",
    errno.EFBIG: "超过了文件大小的上限",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EBUSY: "文件正在被别的程序使用",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EIO: "磁盘读写出错",
    errno.EEXIST: "已经有这个文件",
}


def why(error: Exception) -> str:
    """Why the system could not; its own words where there are no others."""
    number = error.errno if isinstance(error, OSError) else None
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return _WORDS.get(number or 0, said)
