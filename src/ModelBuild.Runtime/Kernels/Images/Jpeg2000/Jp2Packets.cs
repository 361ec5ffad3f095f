namespace ModelBuild.Kernels;

/// <summary>Reads the packets of a tile in their order (T.800 B.12).</summary>
internal static class Jp2Packets
{
    /// <summary>Reads all packets.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="area">The tile on the reference grid.</param>
    /// <param name="components">The components.</param>
    /// <param name="parameters">What the headers tell.</param>
    /// <param name="data">The tile's data.</param>
    internal static void Read(Jp2Tile tile, Jp2Rect area, ReadOnlySpan<Jp2Component> components, Jp2Parameters parameters, ReadOnlySpan<byte> data)
    {
        using Jp2List<Jp2Step> list = new();
        FillSteps(list, tile, area, components, parameters);
        Span<Jp2Step> steps = list.Items;
        Jp2PacketReader reader = new(tile, parameters, data);
        foreach (Jp2Progression progression in parameters.Progressions)
        {
            if (progression.Order == Jp2Order.ResolutionLayer)
            {
                steps.Sort(Comparison(Jp2Order.LayerResolution));
                for (int start = 0; start < steps.Length;)
                {
                    int end = start + 1;
                    while (end < steps.Length && steps[end].Number == steps[start].Number)
                    {
                        end++;
                    }

                    ReadByLayers(ref reader, steps[start..end], progression);
                    start = end;
                }
            }
            else if (progression.Order == Jp2Order.LayerResolution)
            {
                steps.Sort(Comparison(Jp2Order.LayerResolution));
                ReadByLayers(ref reader, steps, progression);
            }
            else
            {
                steps.Sort(Comparison(progression.Order));
                foreach (ref Jp2Step step in steps)
                {
                    while (IsIn(step, progression) && step.Layers < progression.Layers)
                    {
                        reader.Read(step.Resolution, step.Precinct, step.Layers++);
                    }
                }
            }
        }
    }

    private static void ReadByLayers(ref Jp2PacketReader reader, Span<Jp2Step> steps, Jp2Progression progression)
    {
        int first = progression.Layers;
        foreach (ref Jp2Step step in steps)
        {
            first = IsIn(step, progression) ? Math.Min(first, step.Layers) : first;
        }

        for (int layer = first; layer < progression.Layers; layer++)
        {
            foreach (ref Jp2Step step in steps)
            {
                if (step.Layers == layer && IsIn(step, progression))
                {
                    reader.Read(step.Resolution, step.Precinct, layer);
                    step.Layers++;
                }
            }
        }
    }

    private static bool IsIn(in Jp2Step step, Jp2Progression progression) =>
        step.Number >= progression.FirstResolution && step.Number < progression.EndResolution && step.Component >= progression.FirstComponent && step.Component < progression.EndComponent;

    private static Comparison<Jp2Step> Comparison(Jp2Order order) => order switch
    {
        Jp2Order.ResolutionPosition => static (a, b) => First(a.Number.CompareTo(b.Number), ByPosition(a, b), a.Component.CompareTo(b.Component), a.Precinct.CompareTo(b.Precinct)),
        Jp2Order.PositionComponent => static (a, b) => First(ByPosition(a, b), a.Component.CompareTo(b.Component), a.Number.CompareTo(b.Number), a.Precinct.CompareTo(b.Precinct)),
        Jp2Order.ComponentPosition => static (a, b) => First(a.Component.CompareTo(b.Component), ByPosition(a, b), a.Number.CompareTo(b.Number), a.Precinct.CompareTo(b.Precinct)),
        _ => static (a, b) => First(a.Number.CompareTo(b.Number), a.Component.CompareTo(b.Component), a.Precinct.CompareTo(b.Precinct), 0),
    };

    private static int ByPosition(in Jp2Step a, in Jp2Step b) => First(a.Y.CompareTo(b.Y), a.X.CompareTo(b.X), 0, 0);

    private static int First(int a, int b, int c, int d) => a != 0 ? a : b != 0 ? b : c != 0 ? c : d;

    private static void FillSteps(Jp2List<Jp2Step> steps, Jp2Tile tile, Jp2Rect area, ReadOnlySpan<Jp2Component> components, Jp2Parameters parameters)
    {
        for (int i = 0; i < tile.Resolutions.Count; i++)
        {
            Jp2Resolution resolution = tile.Resolutions[i];
            Jp2Coding coding = parameters.CodingOf(resolution.Component);
            int bitsX = coding.PrecinctBits[resolution.Number] & 0xF;
            int bitsY = coding.PrecinctBits[resolution.Number] >> 4;
            int levels = coding.Levels - resolution.Number;
            for (int p = 0; p < resolution.PrecinctsWide * resolution.PrecinctsHigh; p++)
            {
                long x = (((long)(resolution.Area.X0 >> bitsX) + (p % resolution.PrecinctsWide)) << (bitsX + levels)) * components[resolution.Component].StepX;
                long y = (((long)(resolution.Area.Y0 >> bitsY) + (p / resolution.PrecinctsWide)) << (bitsY + levels)) * components[resolution.Component].StepY;
                steps.Add(new Jp2Step(i, resolution.Number, resolution.Component, p, Math.Max(x, area.X0), Math.Max(y, area.Y0), 0));
            }
        }
    }
}
