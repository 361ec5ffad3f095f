namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Writes JPEG files: the transform in binary64, any sampling, one scan or the scans of the progressive mode.</summary>
internal sealed record JpegEncoder
{
    private const int FewBits = 9;
    private const int ManyBits = 12;
    private const int FewCodes = 200;

    private readonly List<byte> _file = [];
    private ulong _bits;
    private int _count;

    /// <summary>Samples of the first component in a unit, those of the others being one.</summary>
    public (int X, int Y) Sampling { get; init; } = (1, 1);

    public bool IsGrey { get; init; }

    public bool IsProgressive { get; init; }

    /// <summary>Each component in a scan of its own.</summary>
    public bool IsSeparate { get; init; }

    public int Restart { get; init; }

    public int Quantizer { get; init; } = 4;

    private static int[] ZigZag { get; } = [.. Enumerable.Range(0, 64).OrderBy(i => (i / 8) + (i % 8)).ThenBy(i => ((i / 8) + (i % 8)) % 2 == 0 ? i % 8 : i / 8)];

    private sealed record Component(int Id, int X, int Y, int Columns, int Rows, int Width, int Height, int[][] Blocks);

    /// <param name="pixels">[height,width,3], or [height,width] for grey.</param>
    public byte[] Encode(byte[] pixels, int height, int width)
    {
        Component[] components = Components(pixels, height, width);
        _file.Clear();
        _file.AddRange([0xFF, 0xD8]);
        Segment(0xFE, "drawn by code"u8.ToArray());
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)Quantizer, 64)]);
        Segment(IsProgressive ? 0xC2 : 0xC0, [8, .. Short(height), .. Short(width), (byte)components.Length, .. components.SelectMany(c => (byte[])[(byte)c.Id, (byte)((c.X << 4) | c.Y), 0])]);

        // Codes of two lengths only: few bits for most symbols, more for the rest.
        Segment(0xC4, [0, 0, 0, 0, 0, 16, .. new byte[11], .. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        byte[] counts = new byte[16];
        (counts[FewBits - 1], counts[ManyBits - 1]) = (FewCodes, 256 - FewCodes);
        Segment(0xC4, [0x10, .. counts, .. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        if (Restart > 0)
        {
            Segment(0xDD, Short(Restart));
        }

        if (!IsProgressive)
        {
            foreach (Component[] scan in IsSeparate ? [.. components.Select(c => (Component[])[c])] : (Component[][])[components])
            {
                Scan(scan, 0, 63, 0, 0);
            }
        }
        else
        {
            Scan(components, 0, 0, 0, 1);
            foreach (Component c in components)
            {
                Scan([c], 1, 5, 0, 2);
                Scan([c], 6, 63, 0, 2);
            }

            Scan(components, 0, 0, 1, 0);
            foreach (Component c in components)
            {
                Scan([c], 1, 63, 2, 1);
                Scan([c], 1, 63, 1, 0);
            }
        }

        _file.AddRange([0xFF, 0xD9]);
        return [.. _file];
    }

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private void Segment(int marker, byte[] data) => _file.AddRange([0xFF, (byte)marker, .. Short(data.Length + 2), .. data]);

    private Component[] Components(byte[] pixels, int height, int width)
    {
        int count = IsGrey ? 1 : 3;
        (int mostX, int mostY) = IsGrey ? (1, 1) : Sampling;
        (int unitsX, int unitsY) = ((width + (8 * mostX) - 1) / (8 * mostX), (height + (8 * mostY) - 1) / (8 * mostY));
        return [.. Enumerable.Range(0, count).Select(c =>
        {
            (int x, int y) = c == 0 ? (mostX, mostY) : (1, 1);
            (int stepX, int stepY) = (mostX / x, mostY / y);
            (int columns, int rows) = (unitsX * x, unitsY * y);
            int[][] blocks = [.. Enumerable.Range(0, columns * rows).Select(b => Block((u, v) =>
            {
                (int px, int py) = (((b % columns * 8) + u) * stepX, ((b / columns * 8) + v) * stepY);
                double sum = 0;
                for (int i = 0; i < stepX * stepY; i++)
                {
                    int at = (Math.Min(height - 1, py + (i / stepX)) * width) + Math.Min(width - 1, px + (i % stepX));
                    sum += IsGrey ? pixels[at] : Channel(pixels.AsSpan(3 * at, 3), c);
                }

                return (sum / (stepX * stepY)) - 128;
            }))];
            return new Component(c + 1, x, y, columns, rows, (width + stepX - 1) / stepX, (height + stepY - 1) / stepY, blocks);
        })];
    }

    private static double Channel(ReadOnlySpan<byte> rgb, int c) => c switch
    {
        0 => (0.299 * rgb[0]) + (0.587 * rgb[1]) + (0.114 * rgb[2]),
        1 => 128 - (0.168736 * rgb[0]) - (0.331264 * rgb[1]) + (0.5 * rgb[2]),
        _ => 128 + (0.5 * rgb[0]) - (0.418688 * rgb[1]) - (0.081312 * rgb[2]),
    };

    private int[] Block(Func<int, int, double> sample)
    {
        double[] values = [.. Enumerable.Range(0, 64).Select(i => sample(i % 8, i / 8))];
        int[] block = new int[64];
        for (int i = 0; i < 64; i++)
        {
            (int u, int v) = (i % 8, i / 8);
            double sum = 0;
            for (int j = 0; j < 64; j++)
            {
                sum += values[j] * Math.Cos(((2 * (j % 8)) + 1) * u * Math.PI / 16) * Math.Cos(((2 * (j / 8)) + 1) * v * Math.PI / 16);
            }

            block[i] = (int)Math.Round(sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) / Quantizer);
        }

        return block;
    }

    private void Scan(Component[] components, int first, int last, int high, int low)
    {
        Segment(0xDA, [(byte)components.Length, .. components.SelectMany(c => (byte[])[(byte)c.Id, 0]), (byte)first, (byte)last, (byte)((high << 4) | low)]);
        Component alone = components[0];
        bool isAlone = components.Length == 1;
        int columns = isAlone ? (alone.Width + 7) / 8 : alone.Columns / alone.X;
        int rows = isAlone ? (alone.Height + 7) / 8 : alone.Rows / alone.Y;
        int[] before = new int[components.Length];
        (int empty, List<int> pending) = (0, []);
        for (int unit = 0; unit < columns * rows; unit++)
        {
            if (Restart > 0 && unit > 0 && unit % Restart == 0)
            {
                FlushEmpty();
                Align();
                _file.AddRange([0xFF, (byte)(0xD0 + (((unit / Restart) - 1) % 8))]);
                Array.Clear(before);
            }

            for (int i = 0; i < components.Length; i++)
            {
                Component c = components[i];
                (int across, int down) = isAlone ? (1, 1) : (c.X, c.Y);
                for (int b = 0; b < across * down; b++)
                {
                    int[] block = c.Blocks[(((unit / columns * down) + (b / across)) * c.Columns) + (unit % columns * across) + (b % across)];
                    if (first == 0 && high == 0)
                    {
                        Difference((block[0] >> low) - before[i]);
                        before[i] = block[0] >> low;
                    }
                    else if (first == 0)
                    {
                        Put((block[0] >> low) & 1, 1);
                    }

                    if (last > 0 && high == 0)
                    {
                        Rest(block, Math.Max(1, first));
                    }
                    else if (last > 0)
                    {
                        Refine(block);
                    }
                }
            }
        }

        FlushEmpty();
        Align();

        void Rest(int[] block, int from)
        {
            int run = 0;
            for (int k = from; k <= last; k++)
            {
                int coefficient = block[ZigZag[k]];
                int value = Math.Sign(coefficient) * (Math.Abs(coefficient) >> low);
                if (value == 0)
                {
                    run++;
                    continue;
                }

                FlushEmpty();
                for (; run > 15; run -= 16)
                {
                    Symbol(0xF0);
                }

                int bits = Length(value);
                Symbol((run << 4) | bits);
                Put(value < 0 ? value - 1 + (1 << bits) : value, bits);
                run = 0;
            }

            if (run > 0)
            {
                empty++;
                if (!IsProgressive || empty == 0x7FFF)
                {
                    FlushEmpty();
                }
            }
        }

        void Refine(int[] block)
        {
            int end = Enumerable.Range(first, last - first + 1).LastOrDefault(k => Math.Abs(block[ZigZag[k]]) >> low == 1, -1);
            (int run, List<int> own) = (0, []);
            for (int k = first; k <= last; k++)
            {
                int magnitude = Math.Abs(block[ZigZag[k]]) >> low;
                if (magnitude == 0)
                {
                    run++;
                    continue;
                }

                for (; run > 15 && k <= end; run -= 16, own.Clear())
                {
                    FlushEmpty();
                    Symbol(0xF0);
                    own.ForEach(bit => Put(bit, 1));
                }

                if (magnitude > 1)
                {
                    own.Add(magnitude & 1);
                    continue;
                }

                FlushEmpty();
                Symbol((run << 4) | 1);
                Put(block[ZigZag[k]] < 0 ? 0 : 1, 1);
                own.ForEach(bit => Put(bit, 1));
                (run, own) = (0, []);
            }

            if (run > 0 || own.Count > 0)
            {
                empty++;
                pending.AddRange(own);
                if (empty == 0x7FFF)
                {
                    FlushEmpty();
                }
            }
        }

        void FlushEmpty()
        {
            if (empty > 0)
            {
                int bits = Length(empty) - 1;
                Symbol(bits << 4);
                Put(empty - (1 << bits), bits);
                pending.ForEach(bit => Put(bit, 1));
                pending.Clear();
                empty = 0;
            }
        }
    }

    private static int Length(int value) => 32 - int.LeadingZeroCount(Math.Abs(value));

    private void Difference(int value)
    {
        int bits = Length(value);
        Put(bits, 5);
        Put(value < 0 ? value - 1 + (1 << bits) : value, bits);
    }

    private void Symbol(int symbol) => Put(symbol < FewCodes ? symbol : (FewCodes << (ManyBits - FewBits)) + symbol - FewCodes, symbol < FewCodes ? FewBits : ManyBits);

    private void Put(int value, int bits)
    {
        (_bits, _count) = ((_bits << bits) | (uint)value, _count + bits);
        for (; _count >= 8; _count -= 8)
        {
            byte next = (byte)(_bits >> (_count - 8));
            _file.AddRange(next == 0xFF ? [0xFF, 0] : [next]);
        }
    }

    private void Align() => Put((1 << ((8 - (_count % 8)) % 8)) - 1, (8 - (_count % 8)) % 8);
}
