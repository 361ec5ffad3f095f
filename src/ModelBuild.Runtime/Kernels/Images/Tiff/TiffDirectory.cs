namespace ModelBuild.Kernels;

/// <summary>The first directory of a TIFF file.</summary>
internal readonly ref struct TiffDirectory
{
    private const int EntryBytes = 12;
    private const int InlineBytes = 4;
    private const int MostEntries = 1024;
    private const int ByteType = 1;
    private const int ShortType = 3;
    private const int LongType = 4;

    private readonly long _at;
    private readonly int _count;

    private TiffDirectory(FileBytes file)
    {
        File = file;
        _at = file.U32(4);
        _count = file.U16(_at);
        _at += 2;
        if (_count > MostEntries)
        {
            throw ImageErrors.Unsupported(TiffFormat.FormatName, $"a directory of {_count} entries");
        }

        file.Slice(_at, (long)_count * EntryBytes);
    }

    /// <summary>The file.</summary>
    public FileBytes File { get; }

    /// <summary>Finds it.</summary>
    /// <exception cref="InvalidDataException">The file is cut.</exception>
    public static TiffDirectory Read(ReadOnlySpan<byte> file) => new(new FileBytes(TiffFormat.FormatName, file, isBigEndian: file.StartsWith("M"u8)));

    /// <summary>The numbers that an entry has; 0 where it is missing.</summary>
    public long CountOf(TiffTag tag) => EntryOf(tag) is >= 0 and long at ? File.U32(at + 4) : 0;

    /// <summary>A number of an entry.</summary>
    /// <param name="tag">The entry.</param>
    /// <param name="missing">The number where the entry is missing; null where it must be there.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="InvalidDataException">The entry must be there, or has fewer numbers.</exception>
    public long Number(TiffTag tag, long? missing, long index = 0)
    {
        long at = EntryOf(tag);
        if (at < 0)
        {
            return missing ?? throw ImageErrors.Damaged(TiffFormat.FormatName, $"it does not tell its {tag}");
        }

        (int type, long count) = (File.U16(at + 2), File.U32(at + 4));
        int bytes = type switch
        {
            ByteType => 1,
            ShortType => 2,
            LongType => 4,
            _ => throw ImageErrors.Damaged(TiffFormat.FormatName, $"its {tag} is no integer"),
        };
        if (index >= count)
        {
            throw ImageErrors.Damaged(TiffFormat.FormatName, $"its {tag} has {count} numbers; more are needed");
        }

        long start = (count * bytes <= InlineBytes ? at + 8 : File.U32(at + 8)) + (index * bytes);
        return bytes == 1 ? File.U8(start) : bytes == 2 ? File.U16(start) : File.U32(start);
    }

    private long EntryOf(TiffTag tag)
    {
        for (int i = 0; i < _count; i++)
        {
            long at = _at + ((long)i * EntryBytes);
            if (File.U16(at) == (int)tag)
            {
                return at;
            }
        }

        return -1;
    }
}
