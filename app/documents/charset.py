"""The characters our small fonts must hold.

The small fonts are what most papers are printed with; a character that is not here is taken from the
complete face "Tiequan Rare", which costs a little more time and, in headings, another hand.
"""

# Place names of Xinyang: the city, its ten counties and districts, zones, and towns that occur in cases.
# 浉 (浉河区, the main district) is missing from GB2312 and so from every font that stops there.
XINYANG = """
信阳市 浉河区 平桥区 罗山县 光山县 新县 商城县 固始县 潢川县 淮滨县 息县
羊山新区 高新技术产业开发区 南湾湖风景区 鸡公山管理区 上天梯非金属矿管理区 潢川经济开发区 明港
浉河港镇 董家河镇 吴家店镇 李家寨镇 谭家河乡 十三里桥乡 柳林乡 双井乡 游河乡 东双河镇 五里墩 老城 民权 车站 湖东 金牛山
五里店 洋河镇 肖店乡 王岗乡 平昌关镇 明港镇 邢集镇 长台关镇 胡店乡 彭家湾乡 兰店乡 查山乡 高梁店乡 龙井乡 甘岸 肖王镇
楠杆镇 子路镇 周党镇 涩港镇 竹竿镇 潘新镇 彭新镇 莽张镇 东铺镇 高店乡 庙仙乡 铁铺镇 朱堂乡 定远乡 灵山镇 青山镇 山店乡 尤店乡
十里镇 寨河镇 孙铁铺镇 马畈镇 泼陂河镇 白雀园镇 砖桥镇 弦山 紫水 仙居乡 北向店乡 罗陈乡 殷棚乡 南向店乡 晏河乡 凉亭乡 斛山乡 槐店乡 文殊乡
沙窝镇 吴陈河镇 苏河镇 八里畈镇 周河乡 陡山河乡 浒湾乡 千斤乡 卡房乡 郭家河乡 陈店乡 箭厂河乡 泗店乡 田铺乡 香山湖
上石桥镇 鄢岗镇 双椿铺镇 汪桥镇 余集镇 达权店镇 丰集镇 观庙镇 汤泉池 苏仙石乡 鲇鱼山 河凤桥乡 李集乡 吴河乡 冯店乡 长竹园乡 伏山乡 金刚台 赤城
陈集镇 黎集镇 蒋集镇 往流镇 郭陆滩镇 胡族铺镇 方集镇 三河尖镇 段集镇 汪棚镇 张广庙镇 陈淋子镇 武庙集镇 分水亭镇 石佛店镇 泉河铺镇 祖师庙镇
洪埠乡 杨集乡 马堽集乡 草庙集乡 南大桥乡 赵岗乡 张老埠乡 徐集乡 丰港乡 柳树店乡 观堂乡 沙河铺乡 李店 段集 蓼城 秀水 番城
双柳树镇 伞陂镇 卜塔集镇 仁和镇 付店镇 踅孜镇 桃林铺镇 黄寺岗镇 江家集镇 传流店乡 魏岗乡 张集乡 来龙乡 隆古乡 谈店乡 上油岗乡 白店乡 弋阳 春申 定城 老城
马集镇 栏杆镇 防胡镇 新里镇 期思镇 赵集镇 台头乡 王家岗乡 固城乡 三空桥乡 张里乡 芦集乡 邓湾乡 张庄乡 王店乡 谷堆乡 顺河 滨湖 桂花 北城
城关镇 包信镇 夏庄镇 东岳镇 项店镇 小茴店镇 曹黄林镇 孙庙乡 路口乡 彭店乡 杨店乡 张陶乡 白土店乡 岗李店乡 长陵乡 陈棚乡 临河乡 关店乡 八里岔乡 谯楼 龙湖 淮河
信阳毛尖 贤山 浉水 淝河 灌河 史河 泼河 竹竿河 潢河 闾河 灌城 息夫人
"""

# Characters of personal names and firm names that GB2312 does not have.
NAMES = """
喆珺祎堃赟旻淏昇玥䶮㛃
瑀玚珣珩珮琀琇琋琎琚琤琨琬瑄瑢瑨瑭璐璟璠璇璘璿瓒玙玘玢玹珂珈珙珝珞珪珵琏琰琮瑗瑧瑱璁璆璎
昉昀昕昳晅晗晞晟晫晳暄暐暻曈曌旸旻昪昺
沄沅沚泓泂泠洺洹洢浠浥涊涔淼淯湉湜湲溦滢潆潇澍澔澧濛瀚灏炀炅炘炜烜烨焓焜焱煊煜熠燊燚燏爔
劼勍劭勖卉卲叡咏哿嘏囡圆坤垚垭埕埗埜堉堽塬墀奭妍妤妧姈姝姞姮娅娜娉娴婕婧婳媖媛媺嫄嫚嫣嬅孖孜孺
宓宬宸寔寰屹岐岚岢岱峤峣崟崧嵚嵩嶷巍帼庥庾廑弢彧彣徕忞忻怀怡恂恺悰惇愔懋懿戬扆抒拊揆
斌斐旃昶晔晖曦朴杪枞柃柘栩栻桄桓桢桉桦梓梵棣棪棽椁椤楒楠楸榕槊槿樱檠檬櫆欣歆毓汛汭
琪瑾璋璞甡甯畅畋皓皞皛睿瞳砚磊磬祁祃祐祚祜祺祾禔禛禧禹秾穆窈竑竣筠筱箐箴篁篪籥粲绎绗绚绮绶缦缨翀翊翎翙翚翛翯耘聃聪
芃芊芄芸苒苡茉茗茜荃荦荪莅莞莳莼菀菁菡萱葳葵蒙蓁蓉蓓蔚蕊蕙蕤蕴薇藜蘅虢蚺蛟蜜衎袆裎裔褀觅詟諠讷诠诩诒谌谊谧豫贇赪赓赟跻轩辉迩迪逍逵遐遥邈邬郅郗郦郯鄢鄞酆釗鈺
钊钰钧铄铖铠铮铱锟锜锴锽镕镔闫闵闳阎阗陟隽雍雯霁霂霏霓靓靖韡韦韪頔颀颉颐颢飏馥骁骅骏骐骞骢魁鲲鳕鹂鹄鹇鹏麒麟黛黟鼐
亓佘佴侴俞倪偲傃僖儆兕冼冀凇刈刽劢勐匡邝邰邴邳邸郄郏郤郾鄄鄘鄯鄱闼阚靳鞠韶顼饶騫魏鲍鲜麴麹黄龚龢
仝仉佟侯俸冏凌占厍双召台后史吾呼咸哈商啜喻嗣国圭垣堵壤夙夔妫姒姬娄宁宓宦宾寇尉尹尚展岑左干平广庄应弓强归律忍思息惠慎戈戎战房扈抗折招撖攸政敖敬文斛新於施
暨曲曹月有木未朱杞束松析枚柏查柯柴栾桂桑桥梁梅森楚楼樊欧正武毋毕母水求汝江池汲沃沈沐沙沛治法泥泮泰洛洪海涂温湛溥满滑滕漆漕澹潘烈热焦
煕熙燿爰牟牧牛犁狄狐独献玄玉王班理琴璩瓮甘生申留白百皇益盈盍盖盛督睢瞿矫石砀碧礼祖祝神祢福禄禚离秀秋种秘秦积程稽穆空窦章童端竺竹笃笪第
㐂㑇㒓㕮㘎㙍㙘㛹㟃㠇㠓㤘㥄㧐㧟㧑㨃㬎㬚㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮
仚伃伈伉伭伲伾伿佖佚佺侁侃侊侔俅俉俍俣俶倓倞倢偁偓偡偲傒僇僎僖儇儋兟凘
"""

# Signs of official papers: brackets of document numbers, boxes, circled numbers, units, full-width forms.
SIGNS = (
    "〔〕〈〉《》「」『』【】〖〗（）［］｛｝—–―…‥·•、。，；：？！“”‘’～￥¥％‰℃㎡㎏㎜㎝㎞㏄×÷±≤≥≠≈∶∕√✓✔✗□■○●◎△▲☆★※§№"
    "☐☑①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ®©™℗αβγδΩμ←→↑↓〇々〃　"
)


def gb2312() -> set[int]:
    """Return the code points of GB2312, from Python's own codec."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except (UnicodeDecodeError, TypeError):
                continue
    return found


def small_set() -> set[int]:
    """Return the code points wanted in each small font."""
    wanted = gb2312() | set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    wanted |= set(range(0x2500, 0x2580)) | set(range(0xFF01, 0xFF5F)) | set(range(0xFFE0, 0xFFE6))
    wanted |= {ord(char) for char in XINYANG + NAMES + SIGNS if not char.isspace()}
    return wanted | {0x3000}
