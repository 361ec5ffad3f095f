using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.MachineCode;

public sealed unsafe class VnniTileTests
{
    private const int MaxQuads = 9;

    public static TheoryData<string, bool> Forms
    {
        get
        {
            TheoryData<string, bool> forms = [];
            foreach (string result in Enum.GetNames<VnniTileResult>())
            {
                forms.Add(result, false);
                forms.Add(result, true);
            }

            return forms;
        }
    }

    [VnniTheory]
    [MemberData(nameof(Forms))]
    public void EveryTileSizeIsThePlainSumAndKeepsTheCallersRegisters(string result, bool isWindows)
    {
        VnniTileResult form = Enum.Parse<VnniTileResult>(result);
        foreach (int panels in new[] { 1, 2, VnniTileEmitter.MaxPanels })
        {
            for (int rows = 1; rows <= VnniTileEmitter.MaxRows(panels); rows++)
            {
                using VnniTileHarness routine = new(VnniTileEmitter.Emit(rows, panels, form, isWindows), isWindows);
                for (int quads = 1; quads <= MaxQuads; quads++)
                {
                    new VnniTileCase(rows, panels, quads, inner: 1 + (quads % 2), outer: 1 + (quads % 3), tiles: 1 + (rows % 2), lines: 1 + (quads % 2), groups: 1 + (quads % 4 / 2)).Check(routine, form);
                }
            }
        }
    }

    [Fact]
    public void FieldsLieWhereRoutinesReadThem()
    {
        VnniTileArguments a;
        var offsets = new (nint Field, int Offset)[]
        {
            ((nint)(&a.X), VnniTileFields.X), ((nint)(&a.XStep), VnniTileFields.XStep), ((nint)(&a.XTile), VnniTileFields.XTile),
            ((nint)(&a.XLine), VnniTileFields.XLine), ((nint)(&a.W), VnniTileFields.W), ((nint)(&a.PanelBytes), VnniTileFields.PanelBytes),
            ((nint)(&a.Init), VnniTileFields.Init), ((nint)(&a.Y), VnniTileFields.Y), ((nint)(&a.YStep), VnniTileFields.YStep),
            ((nint)(&a.YLine), VnniTileFields.YLine), ((nint)(&a.Tiles), VnniTileFields.Tiles), ((nint)(&a.Lines), VnniTileFields.Lines),
            ((nint)(&a.Quads), VnniTileFields.Quads), ((nint)(&a.InnerCount), VnniTileFields.InnerCount),
            ((nint)(&a.OuterCount), VnniTileFields.OuterCount), ((nint)(&a.InnerSkip), VnniTileFields.InnerSkip),
            ((nint)(&a.OuterSkip), VnniTileFields.OuterSkip), ((nint)(&a.Scales), VnniTileFields.Scales),
            ((nint)(&a.FloatBias), VnniTileFields.FloatBias), ((nint)(&a.Mask), VnniTileFields.Mask),
            ((nint)(&a.TilesLeft), VnniTileFields.TilesLeft), ((nint)(&a.Inner), VnniTileFields.Inner), ((nint)(&a.Outer), VnniTileFields.Outer),
            ((nint)(&a.LinesLeft), VnniTileFields.LinesLeft), ((nint)(&a.Groups), VnniTileFields.Groups), ((nint)(&a.XGroup), VnniTileFields.XGroup),
            ((nint)(&a.YGroup), VnniTileFields.YGroup), ((nint)(&a.FloatBiasGroup), VnniTileFields.FloatBiasGroup),
            ((nint)(&a.High), VnniTileFields.High), ((nint)a.Zero, VnniTileFields.Zero), ((nint)a.Low, VnniTileFields.Low),
            ((nint)a.Order, VnniTileFields.Order), ((nint)a.Saved, VnniTileFields.Saved),
        };
        nint start = (nint)(&a);
        Assert.All(offsets, o => Assert.Equal(o.Offset, (int)(o.Field - start)));
        Assert.True(VnniTileFields.Saved + 16 + (10 * 16) <= sizeof(VnniTileArguments));
    }

    [Fact]
    public void FieldsLieWhereTheDepthwiseRoutineReadsThem()
    {
        VnniDepthwiseArguments a;
        var offsets = new (nint Field, int Offset)[]
        {
            ((nint)(&a.Line0), VnniDepthwiseFields.Line0), ((nint)(&a.Line1), VnniDepthwiseFields.Line1), ((nint)(&a.Line2), VnniDepthwiseFields.Line2),
            ((nint)(&a.LineStep), VnniDepthwiseFields.LineStep), ((nint)(&a.Column1), VnniDepthwiseFields.Column1), ((nint)(&a.Column2), VnniDepthwiseFields.Column2),
            ((nint)(&a.XStep), VnniDepthwiseFields.XStep), ((nint)(&a.Y), VnniDepthwiseFields.Y), ((nint)(&a.YStep), VnniDepthwiseFields.YStep),
            ((nint)(&a.YLineStep), VnniDepthwiseFields.YLineStep), ((nint)(&a.FullCount), VnniDepthwiseFields.FullCount), ((nint)(&a.Lines), VnniDepthwiseFields.Lines),
            ((nint)(&a.Mask), VnniDepthwiseFields.Mask), ((nint)(&a.LastMask), VnniDepthwiseFields.LastMask), ((nint)a.HighBytes, VnniDepthwiseFields.HighBytes), ((nint)a.Saved, VnniDepthwiseFields.Saved),
            ((nint)(&a.High), VnniDepthwiseFields.High), ((nint)a.Zero, VnniDepthwiseFields.Zero), ((nint)a.Low, VnniDepthwiseFields.Low), ((nint)a.Bias, VnniDepthwiseFields.Bias),
            ((nint)a.Scales, VnniDepthwiseFields.Scales), ((nint)a.Weights, VnniDepthwiseFields.Weights),
        };
        nint start = (nint)(&a);
        Assert.All(offsets, o => Assert.Equal(o.Offset, (int)(o.Field - start)));
    }

    [Fact]
    public void FieldsLieWhereTheRoutineOfPairsReadsThem()
    {
        VnniDepthwiseDirectArguments a;
        VnniDepthwiseWindow p;
        var offsets = new (nint Field, int Offset)[]
        {
            ((nint)(&a.Windows), VnniDepthwiseDirectFields.Windows), ((nint)(&a.Count), VnniDepthwiseDirectFields.Count), ((nint)(&a.Channel), VnniDepthwiseDirectFields.Channel),
            ((nint)(&a.Step), VnniDepthwiseDirectFields.Step), ((nint)(&a.End), VnniDepthwiseDirectFields.End),
            ((nint)(&a.IsLeftInside), VnniDepthwiseDirectFields.IsLeftInside), ((nint)(&a.IsRightInside), VnniDepthwiseDirectFields.IsRightInside),
            ((nint)(&a.Buffer), VnniDepthwiseDirectFields.Buffer), ((nint)(&a.Next), VnniDepthwiseDirectFields.Next),
            ((nint)(&a.Remaining), VnniDepthwiseDirectFields.Remaining), ((nint)(&a.High), VnniDepthwiseDirectFields.High),
            ((nint)a.Outside, VnniDepthwiseDirectFields.Outside), ((nint)a.Zero, VnniDepthwiseDirectFields.Zero), ((nint)a.LowBytes, VnniDepthwiseDirectFields.LowBytes),
            ((nint)a.HighBytes, VnniDepthwiseDirectFields.HighBytes), ((nint)a.Bias, VnniDepthwiseDirectFields.Bias), ((nint)a.Scales, VnniDepthwiseDirectFields.Scales),
            ((nint)a.Weights, VnniDepthwiseDirectFields.Weights), ((nint)a.Start, VnniDepthwiseDirectFields.Start), ((nint)a.Saved, VnniDepthwiseDirectFields.Saved),
        };
        nint start = (nint)(&a);
        Assert.All(offsets, o => Assert.Equal(o.Offset, (int)(o.Field - start)));
        var ofPair = new (nint Field, int Offset)[]
        {
            ((nint)(&p.Line0), VnniDepthwiseDirectFields.WindowLine0), ((nint)(&p.Line1), VnniDepthwiseDirectFields.WindowLine0 + 8),
            ((nint)(&p.Line2), VnniDepthwiseDirectFields.WindowLine0 + 16), ((nint)(&p.Line3), VnniDepthwiseDirectFields.WindowLine0 + 24),
            ((nint)(&p.Y0), VnniDepthwiseDirectFields.WindowY0), ((nint)(&p.Y1), VnniDepthwiseDirectFields.WindowY1), ((nint)(&p.Inside), VnniDepthwiseDirectFields.WindowInside),
            ((nint)(&p.Outside), VnniDepthwiseDirectFields.WindowOutside), ((nint)(&p.IsFresh), VnniDepthwiseDirectFields.WindowIsFresh),
            ((nint)(&p + 1), VnniDepthwiseDirectFields.WindowBytes),
        };
        start = (nint)(&p);
        Assert.All(ofPair, o => Assert.Equal(o.Offset, (int)(o.Field - start)));
    }
}
